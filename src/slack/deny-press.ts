import type { RequestId, SlackId } from '../core/ids.ts'
import type { Refusal } from '../core/result.ts'
import type { Operations } from '../operations/operations.ts'
import { readButtonValue } from './button-value.ts'
import { dispatch } from './dispatch.ts'
import { type InboxDeps, receive } from './inbox.ts'
import type { Modals } from './modals.ts'
import type { OpeningPress } from './opening-press.ts'
import { writePressMetadata } from './press-metadata.ts'
import { denyForm } from './views/deny-form.ts'
import { knownWithin } from './within.ts'

/** A modal must be open within three seconds of the press, so little of it is spent on asking. */
const ASK_WITHIN_MS = 1_000

/** Somebody pressed Deny: he is asked why. Nothing is stored, unless he may not or the form does not open. */
export async function pressDeny(deps: InboxDeps & { readonly modals: Modals }, press: OpeningPress): Promise<void> {
  const { id, body } = press
  try {
    const button = readButtonValue(body.value)
    const no = button && (await clearNo(deps.operations, body.user, button.request))
    if (button && no === undefined && (await opens(deps, press, button.request))) return
    const { fresh, row } = await receive(deps, { id, kind: 'press', body })
    if (!fresh) return
    if (no === undefined || !button) return dispatch(deps, row)
    await deps.operations.refusePress({ by: body.user, inbox: id, request: button.request }, no)
  } catch (error) {
    deps.log.error({ err: error, inbox: id }, 'a press on Deny could not be handled')
  }
}

/** The refusal for somebody who may clearly not decide. When it is not clear, the form opens: denying is checked again. */
export async function clearNo(operations: Operations, by: SlackId, request: RequestId): Promise<Refusal | undefined> {
  const may = await knownWithin(operations.mayDecide(by, request), ASK_WITHIN_MS)
  return may && !may.ok && may.refusal.code !== 'look-up-failed' ? may.refusal : undefined
}

/** Also when it had opened before: then this is a duplicate. */
async function opens({ modals }: { modals: Modals }, { body, trigger }: OpeningPress, request: RequestId) {
  const { value, channel, ts, home } = body
  return (await modals.open(trigger, denyForm(request, writePressMetadata(value, channel, ts, home)))) !== undefined
}
