import { type Change, merge, nothing, record } from '../core/change.ts'
import type { EventDraft } from '../core/event.ts'
import type { Refusal } from '../core/result.ts'
import { StaleState } from '../core/store.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'

const TRIES = 5

/** Too many others were faster, five times in a row: the person presses again, the loop comes back by itself. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

/** Runs “read, decide, write” again when what was read has moved. */
export async function retryWhenStale<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StaleState)) throw error
    }
  }
  throw new Busy('somebody else was faster, five times in a row')
}

/** Stores a change, if there is one. */
export async function commit(
  { store, reached }: Pick<Deps, 'reached'> & { readonly store: Pick<Deps['store'], 'commit'> },
  change: Change,
): Promise<void> {
  if (change === nothing) return
  reached('change.deciding')
  await store.commit(change)
  reached('change.committed')
}

/** Stores a change, and stops the grant calls under way of the grants that it ends. */
export async function commitEnd(deps: Pick<Deps, 'store' | 'reached' | 'abortGrant'>, change: Change): Promise<void> {
  await commit(deps, change)
  for (const { id, state } of change.grants ?? []) if (state === 'revoking') deps.abortGrant(id)
}

/** Answers what somebody said, in the same change as what came of it. */
export function answered({ inbox }: Pick<Said, 'inbox'>, sentence: string, now: number): Change {
  return { answers: { inbox, at: now, sentence } }
}

/** A refusal: told to the person, and recorded once a minute for each person, code and request. */
export function refused(
  { refusals }: Pick<Deps, 'refusals'>,
  said: Said,
  refusal: Refusal,
  event: Pick<EventDraft, 'name' | 'subject' | 'entitlement' | 'request'>,
  now: number,
): Change {
  const draft = { ...event, at: now, actor: said.by, detail: { code: refusal.code, count: 1 } }
  const answer = answered(said, refusal.sentence, now)
  return refusals.first(draft) ? merge(record(draft), answer) : answer
}
