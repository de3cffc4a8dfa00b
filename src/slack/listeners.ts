import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Json } from '../core/canonical-json.ts'
import type { InboxRow } from '../core/store.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import { pressDeny } from './deny-press.ts'
import { dispatch } from './dispatch.ts'
import { ACTION, CALLBACK, INPUT } from './ids.ts'
import { type InboxDeps, receive } from './inbox.ts'
import type { SubmissionBody } from './inbox-body.ts'
import { sentence } from './markup.ts'
import { commandOf, pressOf, submissionOf } from './payload.ts'
import { answerBy } from './response-url.ts'
import { loggable } from './slack-error.ts'

const NOT_STORED = 'I could not note that down, so nothing was done. Try again in a minute.'

export interface ListenerDeps extends InboxDeps {
  readonly client: WebClient
  readonly people: { forgetPerson(id: string): void; forgetGroup(id: string): void }
}

/** Any way of acknowledging: Bolt types each kind of its own. */
type Acknowledge = (said?: string | { response_action: 'errors'; errors: Record<string, string> }) => Promise<void>

/** Registers one listener for each kind of payload: Bolt tries every listener that there is. */
export function listen(app: App, deps: ListenerDeps): void {
  app.command(/^/, ({ body, ack, context }) => onCommand(deps, ack as Acknowledge, context.inboxId, body))
  app.action(/^/, ({ body, ack, context }) => onPress(deps, ack as Acknowledge, context.inboxId, body))
  app.view(/^/, ({ body, ack, context }) => onSubmission(deps, ack as Acknowledge, context.inboxId, body))
  app.event(/^(user_change|subteam_members_changed)$/, async ({ event }) => onEvent(deps, event))
  app.error(async (error) => deps.log.error({ err: error }, 'a listener failed'))
}

async function onCommand(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const body = commandOf(payload)
  if (!body) return unreadable(deps, ack, 'command')
  const received = await tryToReceive(deps, { id, kind: 'command', body })
  if (!received) return acknowledge(deps, ack, NOT_STORED)
  const { fresh, row } = received
  await acknowledge(deps, ack, fresh || row.answer === null ? undefined : sentence(row.answer))
  if (fresh) await dispatch(deps, row)
}

async function onPress(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const press = pressOf(payload)
  if (!press) return unreadable(deps, ack, 'press')
  const { body, trigger } = press
  if (body.action === ACTION.deny) {
    await acknowledge(deps, ack)
    return pressDeny(deps, { id, body, trigger })
  }
  const received = await tryToReceive(deps, { id, kind: 'press', body })
  await acknowledge(deps, ack)
  if (received?.fresh) await dispatch(deps, received.row)
  if (!received) await answerBy(body.responseUrl, NOT_STORED).catch(() => undefined)
}

async function onSubmission(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const body = submissionOf(payload)
  if (!body) return unreadable(deps, ack, 'submission')
  const errors = fieldErrors(body)
  if (errors) return acknowledge(deps, ack, { response_action: 'errors', errors })
  const received = await tryToReceive(deps, { id, kind: 'submission', body })
  if (!received) return acknowledge(deps, ack, { response_action: 'errors', errors: { [INPUT.reason]: NOT_STORED } })
  await acknowledge(deps, ack)
  if (received.fresh) await dispatch(deps, received.row)
}

/** What is wrong with a form, by the `block_id` of the input. */
function fieldErrors({ callback, values }: SubmissionBody): Record<string, string> | undefined {
  if (callback !== CALLBACK.deny) return undefined
  const note = checkText(values[INPUT.reason] ?? '', MOST_NOTE)
  if (!note.ok) return { [INPUT.reason]: note.refusal.sentence }
  return note.value === '' ? { [INPUT.reason]: 'Say why: the requester reads this.' } : undefined
}

async function tryToReceive(deps: ListenerDeps, sent: { id: string; kind: InboxRow['kind']; body: Json }) {
  try {
    return await receive(deps, sent)
  } catch (error) {
    deps.log.error({ err: error, inbox: sent.id }, 'what Slack sent could not be stored')
    return undefined
  }
}

/** What is stored is done even if Slack does not hear that it has arrived. */
async function acknowledge(deps: ListenerDeps, ack: Acknowledge, said?: Parameters<Acknowledge>[0]): Promise<void> {
  try {
    await ack(said)
    deps.reached('inbox.acknowledged')
  } catch (error) {
    deps.log.warn(loggable(error), 'Slack could not be told that something arrived')
  }
}

async function unreadable(deps: ListenerDeps, ack: Acknowledge, kind: string): Promise<void> {
  deps.log.warn({ kind }, 'Slack sent something of a shape that is not known')
  await acknowledge(deps, ack)
}

const change = z.object({ user: z.object({ id: z.string() }).optional(), subteam_id: z.string().optional() })

/** What is cached of a member or a group may be wrong now. */
function onEvent({ people }: ListenerDeps, event: unknown): void {
  const { success, data } = change.safeParse(event)
  if (success && data.user) people.forgetPerson(data.user.id)
  if (success && data.subteam_id !== undefined) people.forgetGroup(data.subteam_id)
}
