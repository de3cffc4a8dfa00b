import type { ModalView } from '@slack/types'
import type { RequestId } from '../../core/ids.ts'
import { MOST_NOTE } from '../../core/typed-text.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { section } from './blocks.ts'

/** Asks why; one deny is final. `metadata` comes back with the submission. */
export function denyForm(request: RequestId, metadata: string): ModalView {
  return {
    type: 'modal',
    callback_id: CALLBACK.deny,
    private_metadata: metadata,
    title: { type: 'plain_text', text: `Deny ${request}`, emoji: false },
    submit: { type: 'plain_text', text: 'Deny', emoji: false },
    close: { type: 'plain_text', text: 'Back', emoji: false },
    blocks: [
      section('One deny is final. If access was given already, it is taken away at once.'),
      {
        type: 'input',
        block_id: INPUT.reason,
        label: { type: 'plain_text', text: 'Why? The requester reads this.', emoji: false },
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
