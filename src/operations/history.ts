import type { Person } from '../core/person.ts'
import type { Entitlement } from '../core/policy.ts'
import type { History } from '../core/submission.ts'
import type { Deps } from './ports.ts'

const HOUR_MS = 3_600_000

/** What somebody has already, and how much he asked lately. */
export async function historyOf(
  { store }: Pick<Deps, 'store'>,
  { subject }: Person,
  { id }: Entitlement,
  now: number,
): Promise<History> {
  const [pending, live, open, lastHour] = await Promise.all([
    store.pendingRequest(subject, id),
    store.liveGrant(subject, id),
    store.openRequests(subject),
    store.requestsSince(subject, now - HOUR_MS),
  ])
  return { pending, live, open, lastHour }
}
