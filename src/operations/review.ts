import { type Change, merge } from '../core/change.ts'
import type { RequestId, SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { OUTCOMES, type Review } from '../core/review.ts'
import { fileable, fileReview as filed, mayReview, writeAccount as written } from '../core/reviewing.ts'
import { namesOf } from '../core/rule-choice.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import { answered, commit, retryWhenStale } from './commit.ts'
import { reviewersOf } from './glass.ts'
import { approvalsIn, chainOf } from './glass-chain.ts'
import { mayAllow } from './identity.ts'
import { groupsWith, membershipIn } from './membership.ts'
import type { Press, Reviewable } from './operations.ts'
import type { Deps, Freshness } from './ports.ts'
import { refusedPress } from './refused-press.ts'
import { checkPress } from './voice.ts'

type Filing = Press & { readonly outcome: string; readonly note: string }
type Writing = Press & { readonly account: string }

/** Cards that carry the button. */
const CARDS = ['glass', 'requester'] as const

/** Somebody who did not break the glass says what its use comes to. */
export async function fileReview(deps: Deps, press: Filing): Promise<void> {
  const owed = await deps.store.review(press.request)
  const reviewer = owed ? await reviewerOf(deps, press.by, owed, 'now') : noReview()
  await storeOrRefuse(deps, press, (now) => (reviewer.ok ? file(deps, press, reviewer.value, now) : reviewer))
}

/** Who broke the glass writes what he did: he needs to be nobody but who he was. */
export async function writeAccount(deps: Deps, press: Writing): Promise<void> {
  await storeOrRefuse(deps, press, (now) => write(deps, press, now))
}

async function storeOrRefuse(
  deps: Deps,
  press: Press,
  decide: (now: number) => Result<Change> | Promise<Result<Change>>,
): Promise<void> {
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const decided = await decide(now)
    const request = decided.ok ? undefined : await deps.store.request(press.request)
    await commit(deps, decided.ok ? decided.value : refusedPress(deps, press, request, decided.refusal, now))
  })
}

async function file(deps: Deps, press: Filing, by: Person, now: number): Promise<Result<Change>> {
  const counts = await mayAllow(deps, by) // what he files ends a debt
  if (!counts.ok) return counts
  const card = await cardOf(deps, press)
  if (!card.ok) return card
  const review = await deps.store.review(press.request)
  const chain = await chainOf(deps, press.request)
  const other = review ? mayReview(review, await approvalsIn(deps, chain), by) : noReview()
  if (!other.ok) return other
  const owed = fileable(review, chain)
  if (!owed.ok) return owed
  const outcome = OUTCOMES.find((one) => one === press.outcome)
  if (!outcome) return refuse('no-outcome', `Choose what it comes to: ${OUTCOMES.join(', ')}.`)
  const note = checkText(press.note, MOST_NOTE)
  if (!note.ok) return note
  if (note.value === '') return refuse('no-note', 'Say what you found, too.')
  const answer = answered(press, `Filed: the review of ${press.request}, ${outcome}.`, now)
  return accept(merge(filed(owed.value, by, { outcome, note: note.value }, now), counts.value, card.value, answer))
}

async function write(deps: Deps, press: Writing, now: number): Promise<Result<Change>> {
  const review = await deps.store.review(press.request)
  if (!review) return noReview()
  if (review.requester !== press.by) return refuse('not-yours', 'Only who broke the glass can write what was done.')
  const card = await cardOf(deps, press)
  if (!card.ok) return card
  if (review.state === 'filed') return refuse('filed-already', `${review.request} was reviewed already.`)
  const account = checkText(press.account, MOST_NOTE)
  if (!account.ok) return account
  if (account.value === '') return refuse('no-words', 'Say what you did with it.')
  const answer = answered(press, `Thank you. Whoever reviews ${review.request} reads it.`, now)
  return accept(merge(written(review, account.value, now), card.value, answer))
}

async function cardOf(deps: Deps, press: Press): Promise<Result<Change>> {
  const request = await deps.store.request(press.request)
  return request ? checkPress(deps, press, request, CARDS) : noReview()
}

/** Who presses, if he may review: one of the rule's reviewers or of the security people, and never the requester. */
async function reviewerOf(deps: Deps, by: SlackId, review: Review, freshness: Freshness): Promise<Result<Person>> {
  const person = await deps.people.lookUp(by, freshness)
  if (!person.ok) return person
  const approvals = await approvalsIn(deps, await chainOf(deps, review.request))
  const other = mayReview(review, approvals, person.value)
  if (!other.ok) return other
  const groups = reviewersOf(deps, review.rule)
  const { members, failure } = await membershipIn(deps, groups, freshness)
  if (groupsWith(by, members).size > 0) return person
  if (failure) return { ok: false, refusal: failure }
  return refuse('may-not-review', `Only ${namesOf(groups)} can review it.`)
}

/** What the form for a review shows to somebody, from what is cached; changes nothing. */
export async function reviewableBy(deps: Deps, by: SlackId, id: RequestId): Promise<Result<Reviewable>> {
  const [review, request, chain] = await Promise.all([deps.store.review(id), deps.store.request(id), chainOf(deps, id)])
  const [grant] = chain
  const last = chain.at(-1)
  if (!review || !request || !grant || !last) return noReview()
  const isHis = review.requester === by
  const reviewer = isHis ? accept(undefined) : await reviewerOf(deps, by, review, 'lately')
  if (!reviewer.ok) return reviewer
  const owed = isHis && review.state === 'owed' ? accept(review) : fileable(review, chain)
  if (!owed.ok) return owed
  const { entitlement, target } = request.terms
  return accept({
    role: isHis ? 'requester' : 'reviewer',
    request: id,
    requester: review.requester,
    entitlement,
    title: deps.policy.entitlements.get(entitlement)?.title,
    target,
    reason: request.reason,
    beganAt: grant.createdAt,
    expiresAt: last.expiresAt,
    dueAt: review.dueAt,
    account: review.account,
  })
}

function noReview() {
  return refuse('no-review', 'No review is owed there.')
}
