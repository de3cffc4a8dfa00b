import type { ModalView } from '@slack/types'
import { stillPending } from '../../core/deciding.ts'
import { type Refusal, type Result, refuse } from '../../core/result.ts'
import { readButtonValue } from '../button-value.ts'
import { clearNo } from '../deny-press.ts'
import { dispatch } from '../dispatch.ts'
import { receive } from '../inbox.ts'
import type { FormDeps } from '../open-modal.ts'
import type { OpeningPress } from '../opening-press.ts'
import { writePressMetadata } from '../press-metadata.ts'
import { shorterTimes } from '../views/request-choices.ts'
import { shortenForm } from '../views/shorten-form.ts'

/**
 * Somebody pressed “Approve shorter…”: he is asked how long. Nothing is stored, unless he may not, there is nothing shorter,
 * or the form does not open. Never throws.
 */
export async function pressShorten(deps: FormDeps, press: OpeningPress): Promise<void> {
  const { id, body } = press
  try {
    const button = readButtonValue(body.value)
    const form = button && (await formFor(deps, press, button))
    if (form?.ok && (await deps.modals.open(press.trigger, form.value)) !== undefined) return
    const { fresh, row } = await receive(deps, { id, kind: 'press', body })
    if (!fresh) return
    if (!button || !form || form.ok) return dispatch(deps, row)
    await deps.operations.refusePress({ by: body.user, inbox: id, request: button.request }, form.refusal)
  } catch (error) {
    deps.log.error({ err: error, inbox: id }, 'a press on Approve shorter could not be handled')
  }
}

async function formFor(
  deps: FormDeps,
  { body }: OpeningPress,
  { request: id }: NonNullable<ReturnType<typeof readButtonValue>>,
): Promise<Result<ModalView>> {
  const no: Refusal | undefined = await clearNo(deps.operations, body.user, id)
  if (no) return { ok: false, refusal: no }
  const request = await deps.store.request(id)
  const pending = request ? stillPending(request, deps.clock.now()) : noSuchRequest()
  if (!pending.ok) return pending
  const times = shorterTimes(pending.value, deps.policy.rules.get(pending.value.terms.rule)?.ttl.minMs)
  if (times.length === 0) return refuse('ttl', 'It cannot be shorter than it is: approve it as it is, or deny it.')
  return { ok: true, value: shortenForm(pending.value, times, writePressMetadata(body.value, body.channel, body.ts)) }
}

function noSuchRequest() {
  return refuse('no-such-request', 'There is no such request.')
}
