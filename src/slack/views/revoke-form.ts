import type { ModalView } from '@slack/types'
import type { RequestId } from '../../core/ids.ts'
import { CALLBACK } from '../ids.ts'
import { plainText, section } from './blocks.ts'
import { noteInput } from './form-fields.ts'

/** Asks why access is taken away. `metadata` comes back with the submission. */
export function revokeForm(request: RequestId, metadata: string): ModalView {
  return {
    type: 'modal',
    callback_id: CALLBACK.revoke,
    private_metadata: metadata,
    title: plainText(`Revoke ${request}`),
    submit: plainText('Revoke'),
    close: plainText('Back'),
    blocks: [
      section('The access is taken away at once, also if it is used just now.'),
      noteInput('Why? It is kept in the audit log.', ''),
    ],
  }
}
