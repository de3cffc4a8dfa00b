import type { Grant } from '../core/grant.ts'
import { grantIdOf, type RequestId } from '../core/ids.ts'
import type { Approval } from '../core/request.ts'
import type { Review } from '../core/review.ts'
import { gaveNothing } from '../core/reviewing.ts'
import type { Deps } from './ports.ts'

type Needs = Pick<Deps, 'store'>

/** A person owes few of these at a time: an overdue one keeps him from the next. */
const MOST_OWED = 100

/** What a request gave, and whatever went on from it, in order; empty where it gave nothing yet. */
export async function chainOf({ store }: Needs, request: RequestId): Promise<readonly Grant[]> {
  const chain: Grant[] = []
  let grant = await store.grant(grantIdOf(request))
  while (grant) {
    chain.push(grant)
    grant = grant.extendedBy === null ? undefined : await store.grant(grant.extendedBy)
  }
  return chain
}

/** Who agreed to more time for it. */
export async function approvalsIn({ store }: Needs, chain: readonly Grant[]): Promise<readonly Approval[]> {
  const requests = await Promise.all(chain.map(({ request }) => store.request(request)))
  return requests.flatMap((request) => request?.approvals ?? [])
}

/** The break-glass rules under which the access was taken that a request goes on from, or gave. */
export async function glassRulesBefore({ store }: Needs, id: RequestId): Promise<readonly string[]> {
  const rules: string[] = []
  let request = await store.request(id)
  while (request) {
    if (request.terms.glass) rules.push(request.terms.rule)
    const before: Grant | undefined = request.extends === null ? undefined : await store.grant(request.extends)
    request = before?.extendedBy === grantIdOf(request.id) ? await store.request(before.request) : undefined
  }
  return rules
}

/** The review of somebody that is overdue the longest, if any is; those of access that was never given do not count. */
export async function overdueOf({ store }: Needs, subject: string, now: number): Promise<Review | undefined> {
  const owed = await store.reviews({ subject, states: ['owed'], limit: MOST_OWED }) // those due first, first
  for (const review of owed.filter(({ dueAt }) => dueAt <= now)) {
    if (!gaveNothing(await store.grant(review.grant))) return review
  }
  return undefined
}
