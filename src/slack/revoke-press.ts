import type { RequestId, SlackId } from '../core/ids.ts'
import type { Refusal } from '../core/result.ts'
import type { Operations } from '../operations/operations.ts'
import { readButtonValue } from './button-value.ts'
import { dispatch } from './dispatch.ts'
import { receive } from './inbox.ts'
import type { FormDeps } from './open-modal.ts'
import type { OpeningPress } from './opening-press.ts'
import { writePressMetadata } from './press-metadata.ts'
import { revokeForm } from './views/revoke-form.ts'
import { knownWithin } from './within.ts'

/** A modal must be open within three seconds of the press, so little of it is spent on asking. */
const ASK_WITHIN_MS = 1_000

/** Somebody pressed Revoke: he is asked why. Nothing is stored, unless he may not or the form does not open. */
export async function pressRevoke(deps: FormDeps, press: OpeningPress): Promise<void> {
  const { id, body, trigger } = press
  try {
    const button = readButtonValue(body.value)
    const no = button && (await clearNo(deps.operations, body.user, button.request))
    const metadata = writePressMetadata(body.value, body.channel, body.ts, body.home)
    if (button && !no && (await deps.modals.open(trigger, revokeForm(button.request, metadata)))) return
    const { fresh, row } = await receive(deps, { id, kind: 'press', body })
    if (!fresh) return
    if (!no || !button) return await dispatch(deps, row)
    await deps.operations.refusePress({ by: body.user, inbox: id, request: button.request }, no)
  } catch (error) {
    deps.log.error({ err: error, inbox: id }, 'a press on Revoke could not be handled')
  }
}

/** The refusal for somebody who may clearly not. When it is not clear, the form opens: revoking is checked again. */
async function clearNo(operations: Operations, by: SlackId, request: RequestId): Promise<Refusal | undefined> {
  const may = await knownWithin(operations.mayRevoke(by, request), ASK_WITHIN_MS)
  return may && !may.ok && may.refusal.code !== 'look-up-failed' ? may.refusal : undefined
}
