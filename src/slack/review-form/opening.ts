import type { ModalView } from '@slack/types'
import { type Result, refuse } from '../../core/result.ts'
import type { Reviewable } from '../../operations/operations.ts'
import { readButtonValue } from '../button-value.ts'
import type { PressBody } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import { type FormDeps, openModal, type Wish } from '../open-modal.ts'
import { writePressMetadata } from '../press-metadata.ts'
import { closedReviewForm, loadingReviewForm, reviewForm } from '../views/review-form.ts'

/** Somebody pressed Review, or “Write what you did”: which form it is depends on who he is. Never throws. */
export async function pressReview(deps: FormDeps, wish: Wish, body: PressBody): Promise<void> {
  await openModal(deps, wish, { loading: loadingReviewForm(), draw: () => formFor(deps, wish, body) })
}

async function formFor(deps: FormDeps, { by }: Wish, { value, channel, ts, home }: PressBody): Promise<ModalView> {
  const found = await reviewableFor(deps, by, value)
  return found.ok
    ? reviewForm(found.value, writePressMetadata(value, channel, ts, home))
    : closedReviewForm(sentence(found.refusal.sentence))
}

/** What there is to review. A fault is logged, and told as a refusal. */
async function reviewableFor({ operations, log }: FormDeps, by: string, value: string): Promise<Result<Reviewable>> {
  const request = readButtonValue(value)?.request ?? 'R-000000' // which nobody has: he is told so
  try {
    return await operations.reviewable(by, request)
  } catch (error) {
    log.error({ err: error, request }, 'what there is to review could not be found out')
    return refuse('broken', 'Something broke here. Try again in a minute.')
  }
}
