import { type Change, merge, nothing } from '../core/change.ts'
import { instant } from '../core/granting.ts'
import type { Group } from '../core/policy.ts'
import type { OwedReview } from '../core/review.ts'
import { type Chase, chase, chased } from '../core/reviewing.ts'
import type { Delivery } from '../core/store.ts'
import { settling } from './amend.ts'
import { commit } from './commit.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'
import { callInSecurity } from './tell-security.ts'

type Needs = Pick<Deps, 'clock' | 'store' | 'policy' | 'reached'>

/**
 * What is due for a review that is owed: when the access is over its requester is asked what he did; at half and at three
 * quarters of the time those who review are reminded; then it is overdue, said loudly, and again every day until it is filed.
 */
export async function chaseReview(deps: Needs, delivery: Delivery): Promise<Outcome> {
  const { effect } = delivery
  if (effect.kind !== 'review') throw new Error(`not a review: ${effect.kind}`)
  const review = await deps.store.review(effect.request)
  const grant = review && (await deps.store.grant(review.grant))
  if (review?.state !== 'owed' || !grant) return { kind: 'done' }
  const now = deps.clock.now()
  const { due, next, againAt } = chase(review, grant.expiresAt, now)
  const words = due.map((what) => said(deps, next, what, now))
  const change = due.length === 0 ? nothing : merge(chased(next, due, now), ...words)
  await commit(deps, settling(delivery, change, againAt))
  return { kind: 'settled', reachable: undefined }
}

function said(deps: Needs, review: OwedReview, what: Chase, now: number): Change {
  const { request: id, entitlement, subject, dueAt, reminded } = review
  const key = `review:${id}:${reminded}`
  const { security } = deps.policy.people
  const reviewers = deps.policy.breakGlass.get(review.rule)?.review.by ?? security
  const loud = (sentence: string, whom: readonly Group[] = [...security, ...reviewers]) =>
    callInSecurity(deps, whom, { sentence, key }, now)
  const use = `${subject} broke the glass for ${entitlement} at ${instant(review.openedAt)} (${id})`
  switch (what) {
    case 'ask-requester':
      return review.accountAt === null ? askRequester(review, now) : nothing
    case 'remind':
      return loud(
        `A review is owed: ${use}. It is due ${instant(dueAt)}. Press “Review” on its card in this channel.`,
        reviewers,
      )
    case 'overdue':
      return merge(
        loud(`A REVIEW IS OVERDUE: ${use}; the review was due ${instant(dueAt)}. ${BLOCKED}`),
        tellRequester(review, now),
      )
    case 'still-overdue':
      return loud(`A REVIEW IS STILL OVERDUE: ${use}; the review was due ${instant(dueAt)}. ${BLOCKED}`)
  }
}

const BLOCKED =
  'Press “Review” on its card in this channel. Until then this person cannot break the glass again; ordinary requests go on.'

function askRequester({ request, requester, entitlement, dueAt }: OwedReview, now: number): Change {
  const sentence = `${request}: your emergency access to ${entitlement} is over. Please write what you did with it: press “Write what you did” on its card. Whoever reviews it reads that; the review is due ${instant(dueAt)}.`
  return { effects: [{ kind: 'say', person: requester, sentence, key: `account:${request}`, dueAt: now }] }
}

function tellRequester({ request, requester }: OwedReview, now: number): Change {
  const sentence = `${request}: the review of your emergency access is overdue, so you cannot break the glass again until it is filed. Ask the security team to file it. You can ask for access as usual.`
  return { effects: [{ kind: 'say', person: requester, sentence, key: `overdue:${request}`, dueAt: now }] }
}
