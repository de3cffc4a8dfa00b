import { type Change, merge, record } from './change.ts'
import { type Grant, isLive } from './grant.ts'
import { about, instant } from './granting.ts'
import type { SlackId } from './ids.ts'
import type { Person } from './person.ts'
import type { Approval } from './request.ts'
import { accept, type Result, refuse } from './result.ts'
import type { FiledReview, Outcome, OwedReview, Review } from './review.ts'

const DAY_MS = 86_400_000

/** Whether the access is over is looked up this soon, and less and less often. */
const FIRST_LOOK_MS = 1_000
/** It may end early. */
const LIVE_LOOK_MS = 60_000
/** It should be over, and is not confirmed to be. */
const LATE_LOOK_MS = 600_000

/** When it is looked up for the first time whether the access is over. */
export function firstLook(openedAt: number): number {
  return openedAt + FIRST_LOOK_MS
}

/** At the latest a little after the end, when the target has had time to confirm it. */
function nextLook({ openedAt }: OwedReview, endsAt: number, now: number): number {
  const end = firstLook(endsAt)
  const look = (since: number, most: number) => now + Math.min(most, Math.max(FIRST_LOOK_MS, Math.floor(since / 20)))
  return now < end ? Math.min(end, look(now - openedAt, LIVE_LOOK_MS)) : look(now - end, LATE_LOOK_MS)
}

/**
 * Whether the access is gone, for certain: the target has confirmed it of all that the broken glass gave, and of whatever
 * went on from it.
 */
export function isOver(chain: readonly Grant[]): boolean {
  return chain.length > 0 && chain.every(({ state }) => state === 'revoked')
}

/**
 * Whether no access came of it: the target did not give it. The review is owed all the same, but nobody is chased for it
 * and it blocks nothing.
 */
export function gaveNothing(grant: Grant | undefined): boolean {
  return (grant?.state === 'revoking' || grant?.state === 'revoked') && grant.cause === 'grant-failed'
}

/**
 * What is due for a review: the requester is asked what he did; those who review are reminded; it is overdue, which is
 * told loudly, and again every day.
 */
export type Chase = 'ask-requester' | 'remind' | 'overdue' | 'still-overdue'

/**
 * When each step of a review is due, and which it is; `reminded` counts the steps that are behind. Nobody is asked or
 * reminded before the access is over, but overdue it is when its time has come.
 */
function stepAt({ openedAt, dueAt }: OwedReview, over: boolean, step: number): readonly [number, Chase] {
  const within = dueAt - openedAt
  if (step === 0) return [over ? openedAt : dueAt, 'ask-requester']
  if (step === 1) return [openedAt + Math.floor(within / 2), 'remind']
  if (step === 2) return [openedAt + Math.floor((within / 4) * 3), 'remind']
  if (step === 3) return [dueAt, 'overdue']
  return [dueAt + (step - 3) * DAY_MS, 'still-overdue']
}

/** What is due now, each thing once however long nobody looked, and when to look again. `endsAt`: when access should end. */
export function chase(
  review: OwedReview,
  { over, endsAt }: { readonly over: boolean; readonly endsAt: number },
  now: number,
): { readonly due: readonly Chase[]; readonly next: OwedReview; readonly againAt: number } {
  const due = new Set<Chase>()
  let step = review.reminded
  for (; stepAt(review, over, step)[0] <= now; step += 1) due.add(stepAt(review, over, step)[1])
  if (due.has('overdue') || due.has('still-overdue')) due.delete('remind')
  if (due.has('overdue')) due.delete('still-overdue')
  const nextAt = stepAt(review, over, step)[0]
  const overdueAt = review.overdueAt ?? (due.has('overdue') ? now : null)
  return {
    due: [...due],
    next: { ...review, reminded: step, overdueAt },
    againAt: over ? nextAt : Math.min(nextAt, nextLook(review, endsAt, now)),
  }
}

/** Stores how far a review was chased; that it is overdue is recorded once. */
export function chased(next: OwedReview, due: readonly Chase[], now: number): Change {
  const stored: Change = { reviews: [next], redraws: [{ request: next.request, at: now }] }
  if (!due.includes('overdue')) return stored
  const detail = { dueAt: instant(next.dueAt) }
  return merge(stored, record({ name: 'review.overdue', at: now, actor: 'system', ...aboutReview(next), detail }))
}

/** Whether a review can be filed: once, and only when the access is over. `chain`: what it gave, and what went on from it. */
export function fileable(review: Review | undefined, chain: readonly Grant[]): Result<OwedReview> {
  const last = chain.at(-1)
  if (!review || !last) return refuse('no-review', 'No review is owed there: the glass was not broken for it.')
  if (review.state === 'filed')
    return refuse('filed-already', `${review.request} was reviewed already, ${instant(review.filedAt)}.`)
  if (isLive(last))
    return refuse(
      'not-over',
      `The access is still there${goesOnAs(review, last)}. It ends at ${instant(last.expiresAt)}; review it then.`,
    )
  return isOver(chain)
    ? accept(review)
    : refuse('not-gone', `${last.target} has not confirmed yet that the access is gone. Review it then.`)
}

function goesOnAs({ grant }: Review, last: Grant): string {
  return last.id === grant ? '' : `: it goes on as ${last.id}`
}

/**
 * Whether it is somebody else's use: nobody reviews himself, by whichever of his names, nor what he approved himself.
 * `approvals`: of whatever went on from it.
 */
export function mayReview(
  review: Review,
  approvals: readonly Pick<Approval, 'by' | 'subject'>[],
  by: { readonly id: SlackId; readonly subject: string },
): Result<true> {
  if (by.id === review.requester || by.subject === review.subject)
    return refuse(
      'own-review',
      'You broke this glass yourself: somebody else must review it. You can write what you did.',
    )
  return approvals.some((one) => one.by === by.id || one.subject === by.subject)
    ? refuse('own-approval', 'You approved more time for it yourself: somebody else must review it.')
    : accept(true)
}

/** What a review came to; final. */
export function fileReview(
  review: OwedReview,
  by: Person,
  { outcome, note }: { readonly outcome: Outcome; readonly note: string },
  now: number,
): Change {
  const filed: FiledReview = {
    ...review,
    state: 'filed',
    outcome,
    note,
    by: by.id,
    byName: by.name,
    filedAt: now,
  }
  const late = now > review.dueAt ? { late: true } : {}
  return merge(
    { reviews: [filed], redraws: [{ request: review.request, at: now }] },
    record({
      name: 'review.filed',
      at: now,
      actor: by.id,
      ...aboutReview(review),
      detail: { outcome, ...late },
      text: note,
    }),
  )
}

/** The requester writes what he did with it; as often as he likes, until the review is filed. */
export function writeAccount(review: OwedReview, account: string, now: number): Change {
  return merge(
    {
      reviews: [{ ...review, account, accountAt: now }],
      redraws: [{ request: review.request, at: now }],
    },
    record({
      name: 'review.due',
      at: now,
      actor: review.requester,
      ...aboutReview(review),
      detail: { why: 'the requester wrote what he did', dueAt: instant(review.dueAt) },
      text: account,
    }),
  )
}

function aboutReview({ subject, entitlement, request, grant }: Review) {
  return about({ subject, entitlement, request, id: grant })
}
