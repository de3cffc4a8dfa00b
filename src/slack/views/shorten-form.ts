import type { ModalView } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import { ttlAgreed } from '../../core/quorum.ts'
import type { PendingRequest } from '../../core/request.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { code, escaped, mention } from '../markup.ts'
import { context, plainText, section } from './blocks.ts'
import { durationInWords } from './duration-words.ts'
import { input, menu } from './form-fields.ts'

const FROM_APPROVAL = 'Counted from approval.'

/** Asks for how long an approver agrees: one of `times`, in milliseconds. `metadata` comes back with the submission. */
export function shortenForm(request: PendingRequest, times: readonly number[], metadata: string): ModalView {
  const { id, terms } = request
  const what = `${mention(terms.requester)} asks for ${code(terms.entitlement)} on ${escaped(terms.target)} as ${code(terms.account)}`
  const options = times.map((ms) => ({ text: plainText(durationInWords(ms)), value: formatDuration(ms) }))
  return {
    type: 'modal',
    callback_id: CALLBACK.shorten,
    private_metadata: metadata,
    title: plainText('Approve shorter'),
    submit: plainText('Approve'),
    close: plainText('Back'),
    blocks: [
      section(`${id}: ${what} for ${formatDuration(ttlAgreed(request))}.`),
      input(INPUT.ttl, 'For how long?', menu(INPUT.ttl, options, undefined), { fault: undefined, hint: FROM_APPROVAL }),
      context('Your approval counts, and nobody can make the time longer again. Whoever needs more can ask for it.'),
    ],
  }
}
