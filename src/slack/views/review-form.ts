import type { KnownBlock, ModalView } from '@slack/types'
import { OUTCOMES } from '../../core/review.ts'
import type { Reviewable } from '../../operations/operations.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { code, escaped, instantMark, mention, unformatted } from '../markup.ts'
import { clip, context, plainText, section } from './blocks.ts'
import { input, MOST_TYPED, menu, noteInput } from './form-fields.ts'
import { OUTCOME_WORDS } from './glass-card.ts'
import { typedUnder } from './request-facts.ts'

/** What is shown until it is known what there is to review, and for whom. */
export function loadingReviewForm(): ModalView {
  return formOf('Cancel', [section('Looking up what there is to review…')])
}

/** There is nothing to fill in; `text` says why, in markup. */
export function closedReviewForm(text: string): ModalView {
  return formOf('Close', [section(clip(text, MOST_TYPED))])
}

/** The look back at a use of broken glass. `metadata` comes back with the submission. */
export function reviewForm(found: Reviewable, metadata: string): ModalView {
  const { role } = found
  const fields = role === 'requester' ? accountFields(found) : reviewFields(found)
  const blocks = [section(whatHappened(found)), ...typedUnder('Reason', found.reason), ...fields]
  const submit = plainText(role === 'requester' ? 'Save' : 'File the review')
  return { ...formOf('Back', blocks), submit, private_metadata: metadata }
}

function whatHappened({ request, requester, title, entitlement, target, beganAt, expiresAt }: Reviewable): string {
  const what = `${title === undefined ? '' : `*${unformatted(clip(title.trim(), 150))}* `}(${code(entitlement)})`
  return `${request}: ${mention(requester)} took access to ${what} on ${escaped(clip(target, 100))} without approval at ${instantMark(beganAt)}, until ${instantMark(expiresAt)} at the latest.`
}

function accountFields({ account, dueAt }: Reviewable): KnownBlock[] {
  return [
    noteInput('What did you do with it?', account),
    context(`Whoever reviews it reads this. The review is due ${instantMark(dueAt)}.`),
  ]
}

function reviewFields({ account, dueAt }: Reviewable): KnownBlock[] {
  const options = OUTCOMES.map((value) => ({ text: plainText(OUTCOME_WORDS[value]), value }))
  const outcome = menu(INPUT.outcome, options, undefined)
  return [
    ...(account === ''
      ? [section('_The requester has not written yet what was done._')]
      : typedUnder('What the requester did with it', account)),
    input(INPUT.outcome, 'What does it come to?', outcome, { fault: undefined }),
    noteInput('What did you find?', ''),
    context(`Due ${instantMark(dueAt)}. A review is filed once; the security channel reads it.`),
  ]
}

function formOf(close: string, blocks: KnownBlock[]): ModalView {
  const title = plainText('Review')
  return { type: 'modal', callback_id: CALLBACK.review, title, close: plainText(close), blocks }
}
