import type { Effect } from '../../core/effect.ts'
import type { Policy } from '../../core/policy.ts'
import type { Store } from '../../core/store.ts'
import type { Label } from '../../operations/labels.ts'
import type { Clock, Log } from '../../operations/ports.ts'
import type { Posting } from './posting.ts'

/** What deliveries to Slack need. */
export interface DeliveryDeps {
  readonly store: Pick<
    Store,
    | 'copy'
    | 'copiesOf'
    | 'request'
    | 'grant'
    | 'review'
    | 'freezes'
    | 'note'
    | 'events'
    | 'inboxRow'
    | 'fedUpTo'
    | 'setFedUpTo'
    | 'commit'
  >
  readonly policy: Policy
  readonly posting: Posting
  readonly clock: Clock
  readonly log: Log
  reached(label: Label): void
}

/** The effect of the kind that a handler is for. @throws for any other, which only a wrong wiring can bring */
export function effectOf<Kind extends Effect['kind']>(effect: Effect, kind: Kind): Extract<Effect, { kind: Kind }> {
  if (effect.kind !== kind) throw new Error(`a ${effect.kind} was given to the handler for ${kind}`)
  return effect as Extract<Effect, { kind: Kind }>
}
