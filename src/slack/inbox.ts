import type { Policy } from '../core/policy.ts'
import type { InboxRow, Store } from '../core/store.ts'
import type { Label } from '../operations/labels.ts'
import type { Clock } from '../operations/ports.ts'
import { takesAway } from './act.ts'
import { type DispatchDeps, dispatch, orUndefined } from './dispatch.ts'

/** After so long away, what somebody asked for may not be wanted any more. */
const STALE_MS = 60_000
/** Rows that are resumed at the same time. */
const AT_ONCE = 8

const AWAY = 'I was away when you asked this, and nothing was done. If you still need it, ask again.'

export interface InboxDeps extends DispatchDeps {
  readonly store: Pick<Store, 'receive' | 'inboxRow' | 'request'>
  readonly policy: Policy
  readonly clock: Clock
  reached(label: Label): void
}

/** What Slack sent, as it is stored. */
export type Sent = Pick<InboxRow, 'id' | 'kind' | 'body'>

/** Stores what Slack sent, before it is acknowledged. @throws when it cannot be stored */
export async function receive(
  { store, clock, reached }: InboxDeps,
  sent: Sent,
): Promise<{ readonly fresh: boolean; readonly row: InboxRow }> {
  const received = await store.receive({ ...sent, receivedAt: clock.now(), doneAt: null, answer: null })
  reached('inbox.stored')
  return received
}

/** Acts on what was stored but not answered before a restart; what takes something away first, and however old it is. */
export async function resume(deps: InboxDeps, rows: readonly InboxRow[]): Promise<void> {
  const now = deps.clock.now()
  const first = rows.filter((row) => orUndefined(() => takesAway(row, deps.policy)))
  const rest = rows.filter((row) => !first.includes(row))
  await inGroups(first, (row) => dispatch(deps, row))
  await inGroups(rest, (row) => (now - row.receivedAt > STALE_MS ? sayAway(deps, row) : dispatch(deps, row)))
}

async function sayAway({ operations, log }: InboxDeps, row: InboxRow): Promise<void> {
  await operations.reply({ inbox: row.id, sentence: AWAY }).catch((error: unknown) => {
    log.error({ err: error, inbox: row.id }, 'what waited for the restart could not be answered')
  })
}

async function inGroups(rows: readonly InboxRow[], work: (row: InboxRow) => Promise<void>): Promise<void> {
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    await Promise.all(rows.slice(start, start + AT_ONCE).map(work))
  }
}
