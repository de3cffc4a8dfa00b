import { type Change, merge, nothing } from '../core/change.ts'
import { instant } from '../core/granting.ts'
import type { SlackId } from '../core/ids.ts'
import type { Group } from '../core/policy.ts'
import type { OwedReview } from '../core/review.ts'
import { type Chase, chase, chased, gaveNothing, isOver } from '../core/reviewing.ts'
import { namesOf } from '../core/rule-choice.ts'
import type { Delivery } from '../core/store.ts'
import { settling } from './amend.ts'
import { commit } from './commit.ts'
import type { Outcome } from './delivery.ts'
import { reviewersOf } from './glass.ts'
import { chainOf } from './glass-chain.ts'
import { outsideSecurity } from './glass-copies.ts'
import { membershipIn } from './membership.ts'
import type { Deps } from './ports.ts'
import { callInSecurity } from './tell-security.ts'

type Needs = Pick<Deps, 'clock' | 'people' | 'store' | 'policy' | 'reached'>

/**
 * What is due for a review that is owed: when the access is over its requester is asked what he did; at half and at three
 * quarters of the time those who review are reminded; then it is overdue, said loudly, and again every day until it is filed.
 */
export async function chaseReview(deps: Needs, delivery: Delivery): Promise<Outcome> {
  const { effect } = delivery
  if (effect.kind !== 'review') throw new Error(`not a review: ${effect.kind}`)
  const review = await deps.store.review(effect.request)
  const chain = review?.state === 'owed' ? await chainOf(deps, review.request) : []
  const last = chain.at(-1)
  if (review?.state !== 'owed' || !last || gaveNothing(chain[0])) return { kind: 'done' }
  const now = deps.clock.now()
  const over = isOver(chain)
  const { due, next, againAt } = chase(review, { over, endsAt: last.expiresAt }, now)
  const whom = due.length === 0 ? [] : await reviewersToTell(deps, review)
  const words = due.map((what) => said(deps, { review: next, whom, over }, what, now))
  const change = due.length === 0 ? nothing : merge(chased(next, due, now), ...words)
  await commit(deps, settling(delivery, change, againAt))
  return { kind: 'settled', reachable: undefined }
}

interface Chased {
  readonly review: OwedReview
  /** Reviewers who may not read the security channel. */
  readonly whom: readonly SlackId[]
  readonly over: boolean
}

/** More of them than this are called by their group, in the security channel. */
const MOST_TOLD = 10

async function reviewersToTell(deps: Needs, { rule, requester }: OwedReview): Promise<readonly SlackId[]> {
  const groups = outsideSecurity(deps, deps.policy.breakGlass.get(rule)?.review.by ?? [])
  const { members } = await membershipIn(deps, groups, 'last-known')
  return [...new Set([...members.values()].flat())].filter((id) => id !== requester).slice(0, MOST_TOLD)
}

function said(deps: Needs, { review, whom, over }: Chased, what: Chase, now: number): Change {
  const { request: id, entitlement, subject, dueAt, reminded } = review
  const key = `review:${id}:${reminded}`
  const reviewers = reviewersOf(deps, review.rule)
  const told = (sentence: string): Change => ({
    effects: whom.map((person) => ({ kind: 'say', person, sentence, key: `${key}:${person}`, dueAt: now })),
  })
  const loud = (words: string, { calls = reviewers, ending = '' } = {}) =>
    merge(
      callInSecurity(
        deps,
        calls,
        { sentence: `${words} ${over ? WHERE : NOT_YET}${ending}`, key, besides: review.requester },
        now,
      ),
      told(`${words} ${over ? WHERE_TOLD : NOT_YET}${ending}`),
    )
  const use = `${subject} broke the glass for ${entitlement} at ${instant(review.openedAt)} (${id})`
  switch (what) {
    case 'ask-requester':
      return over && review.accountAt === null ? askRequester(review, now) : nothing
    case 'remind':
      return loud(`A review is owed: ${use}. It is due ${instant(dueAt)}.`, { calls: remindedOf(deps, review) })
    case 'overdue':
      return merge(
        loud(`A REVIEW IS OVERDUE: ${use}; the review was due ${instant(dueAt)}.`, { ending: BLOCKED }),
        tellRequester(review, reviewers, now),
      )
    case 'still-overdue':
      return loud(`A REVIEW IS STILL OVERDUE: ${use}; the review was due ${instant(dueAt)}.`, { ending: BLOCKED })
  }
}

const WHERE = 'Press “Review” on its card in this channel.'
const WHERE_TOLD = 'Press “Review” on the card that I sent you, or on my Home tab.'
const NOT_YET = 'The access is still there, or not confirmed to be gone: review it as soon as it is.'
const BLOCKED = ' Until then this person cannot break the glass again; ordinary requests go on.'

/** Those whose turn it is: of a rule that is gone from the config, the security people. */
function remindedOf({ policy }: Needs, { rule }: OwedReview): readonly Group[] {
  return policy.breakGlass.get(rule)?.review.by ?? policy.people.security
}

function askRequester({ request, requester, entitlement, dueAt }: OwedReview, now: number): Change {
  const sentence = `${request}: your emergency access to ${entitlement} is over. Please write what you did with it: press “Write what you did” on its card. Whoever reviews it reads that; the review is due ${instant(dueAt)}.`
  return { effects: [{ kind: 'say', person: requester, sentence, key: `account:${request}`, dueAt: now }] }
}

function tellRequester({ request, requester }: OwedReview, reviewers: readonly Group[], now: number): Change {
  const sentence = `${request}: the review of your emergency access is overdue, so you cannot break the glass again until it is filed. Ask ${namesOf(reviewers)} to file it, and write what you did, on its card. You can ask for access as usual.`
  return { effects: [{ kind: 'say', person: requester, sentence, key: `overdue:${request}`, dueAt: now }] }
}
