import type { Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Request } from '../core/request.ts'
import type { History, Wanted } from '../core/submission.ts'
import { sha256 } from './hash.ts'
import type { Deps } from './ports.ts'

const HOUR_MS = 3_600_000

/** Above what anybody may have open. */
const MOST_OPEN = 1_000

/** What somebody waits for. */
export function pendingRequestsOf({ store }: Pick<Deps, 'store'>, subject: Subject): Promise<readonly Request[]> {
  return store.requests({ subject, states: ['pending'], limit: MOST_OPEN })
}

/** What somebody has already, and how much he asked lately. */
export async function historyOf(
  { store }: Pick<Deps, 'store'>,
  { subject }: Person,
  { entitlement, ttlMs, choice, reason }: Wanted,
  now: number,
): Promise<History> {
  const same = { subject, entitlement: entitlement.id, ttlMs, purpose: choice.purpose, reasonHash: sha256(reason) }
  const [pending, live, open, lastHour] = await Promise.all([
    store.identicalRequest(same),
    store.liveGrant(subject, entitlement.id),
    store.openRequests(subject),
    store.requestsSince(subject, now - HOUR_MS),
  ])
  return { pending, live, open, lastHour }
}
