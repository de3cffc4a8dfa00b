import { type Change, merge, record } from './change.ts'
import { type Grant, isLive } from './grant.ts'
import { about, instant } from './granting.ts'
import type { SlackId } from './ids.ts'
import type { Person } from './person.ts'
import { accept, type Result, refuse } from './result.ts'
import type { FiledReview, Outcome, OwedReview, Review } from './review.ts'

const DAY_MS = 86_400_000

/** The requester is asked for his account a little after the end, when the target has had time to confirm it. */
export function firstReminder(expiresAt: number): number {
  return expiresAt + 1_000
}

/**
 * What is due for a review: the requester is asked what he did; those who review are reminded; it is overdue, which is
 * told loudly, and again every day.
 */
export type Chase = 'ask-requester' | 'remind' | 'overdue' | 'still-overdue'

/** When each step of a review is due, and which it is; `reminded` counts the steps that are behind. */
function stepAt({ openedAt, dueAt }: OwedReview, expiresAt: number, step: number): readonly [number, Chase] {
  const within = dueAt - openedAt
  if (step === 0) return [firstReminder(expiresAt), 'ask-requester']
  if (step === 1) return [openedAt + Math.floor(within / 2), 'remind']
  if (step === 2) return [openedAt + Math.floor((within / 4) * 3), 'remind']
  if (step === 3) return [dueAt, 'overdue']
  return [dueAt + (step - 3) * DAY_MS, 'still-overdue']
}

/** What is due now, each thing once however long nobody looked, and when to look again. */
export function chase(
  review: OwedReview,
  expiresAt: number,
  now: number,
): { readonly due: readonly Chase[]; readonly next: OwedReview; readonly againAt: number } {
  const due = new Set<Chase>()
  let step = review.reminded
  for (; stepAt(review, expiresAt, step)[0] <= now; step += 1) due.add(stepAt(review, expiresAt, step)[1])
  if (due.has('overdue') || due.has('still-overdue')) due.delete('remind')
  if (due.has('overdue')) due.delete('still-overdue')
  const overdueAt = review.overdueAt ?? (due.has('overdue') ? now : null)
  return {
    due: [...due],
    next: { ...review, reminded: step, overdueAt },
    againAt: stepAt(review, expiresAt, step)[0],
  }
}

/** Stores how far a review was chased; that it is overdue is recorded once. */
export function chased(next: OwedReview, due: readonly Chase[], now: number): Change {
  const stored: Change = { reviews: [next], redraws: [{ request: next.request, at: now }] }
  if (!due.includes('overdue')) return stored
  const detail = { dueAt: instant(next.dueAt) }
  return merge(stored, record({ name: 'review.overdue', at: now, actor: 'system', ...aboutReview(next), detail }))
}

/** Whether a review can be filed: once, and only when the access is over. */
export function fileable(review: Review | undefined, grant: Grant | undefined): Result<OwedReview> {
  if (!review || !grant) return refuse('no-review', 'No review is owed there: the glass was not broken for it.')
  if (review.state === 'filed')
    return refuse('filed-already', `${review.request} was reviewed already, ${instant(review.filedAt)}.`)
  return isLive(grant)
    ? refuse('not-over', `The access is still there. It ends at ${instant(grant.expiresAt)}; review it then.`)
    : accept(review)
}

/** Whether it is somebody else's use: nobody reviews himself, by whichever of his names. */
export function mayReview(review: Review, by: { readonly id: SlackId; readonly subject: string }): Result<true> {
  return by.id === review.requester || by.subject === review.subject
    ? refuse('own-review', 'You broke this glass yourself: somebody else must review it. You can write what you did.')
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
