import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { RequestId, SlackId } from '../core/ids.ts'
import type { Result } from '../core/result.ts'
import type { Operations } from '../operations/operations.ts'
import { readButtonValue } from './button-value.ts'
import { writeDenyMetadata } from './deny-metadata.ts'
import { dispatch } from './dispatch.ts'
import { type InboxDeps, receive } from './inbox.ts'
import type { PressBody } from './inbox-body.ts'
import { loggable } from './slack-error.ts'
import { denyForm } from './views/deny-form.ts'

/** A modal must be open within three seconds of the press, so little of it is spent on asking. */
const ASK_WITHIN_MS = 1_000

export interface DenyPress {
  /** The inbox id, if it has to be stored after all. */
  readonly id: string
  readonly body: PressBody
  readonly trigger: string
}

/** Somebody pressed Deny: he is asked why. Nothing is stored, unless he may not or the form does not open. */
export async function pressDeny(deps: InboxDeps & { readonly client: WebClient }, press: DenyPress): Promise<void> {
  const { id, body, trigger } = press
  try {
    const button = readButtonValue(body.value)
    const no = button && (await clearNo(deps.operations, body.user, button.request))
    if (button && no === undefined && (await opens(deps, body, button.request, trigger))) return
    const { fresh, row } = await receive(deps, { id, kind: 'press', body })
    if (!fresh) return
    await (no === undefined ? dispatch(deps, row) : deps.operations.reply({ inbox: id, sentence: no }))
  } catch (error) {
    deps.log.error({ err: error, inbox: id }, 'a press on Deny could not be handled')
  }
}

/** The sentence for somebody who may clearly not decide. When it is not clear, the form opens: denying is checked again. */
async function clearNo(operations: Operations, by: SlackId, request: RequestId): Promise<string | undefined> {
  const asked = operations.mayDecide(by, request).catch(() => undefined)
  const may: Result<true> | undefined = await Promise.race([asked, sleep(ASK_WITHIN_MS, undefined, { ref: false })])
  return may && !may.ok && may.refusal.code !== 'look-up-failed' ? may.refusal.sentence : undefined
}

async function opens(
  { client, log }: InboxDeps & { readonly client: WebClient },
  { value, channel, ts }: PressBody,
  request: RequestId,
  trigger: string,
): Promise<boolean> {
  try {
    await client.views.open({ trigger_id: trigger, view: denyForm(request, writeDenyMetadata(value, channel, ts)) })
    return true
  } catch (error) {
    log.warn({ ...loggable(error), request }, 'the deny form did not open')
    return false
  }
}
