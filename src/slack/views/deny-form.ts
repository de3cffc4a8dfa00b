import type { ModalView } from '@slack/types'
import type { RequestId } from '../../core/ids.ts'
import { MOST_NOTE } from '../../core/typed-text.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { plainText, section } from './blocks.ts'

/** Asks why; one deny is final. `metadata` comes back with the submission. */
export function denyForm(request: RequestId, metadata: string): ModalView {
  return {
    type: 'modal',
    callback_id: CALLBACK.deny,
    private_metadata: metadata,
    title: plainText(`Deny ${request}`),
    submit: plainText('Deny'),
    close: plainText('Back'),
    blocks: [
      section('One deny is final. If access was given already, it is taken away at once.'),
      {
        type: 'input',
        block_id: INPUT.reason,
        label: plainText('Why? The requester reads this.'),
        element: {
          type: 'plain_text_input',
          action_id: INPUT.reason,
          multiline: true,
          min_length: 1,
          max_length: MOST_NOTE,
        },
      },
    ],
  }
}
