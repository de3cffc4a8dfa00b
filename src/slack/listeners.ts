import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { accept, type Result } from '../core/result.ts'
import type { Askable } from '../operations/operations.ts'
import { dispatch } from './dispatch.ts'
import { redrawEmergencyForm } from './emergency-form/redrawing.ts'
import { fieldErrors } from './field-errors.ts'
import { drawHome, type HomeListening, noteHome, onHomeOpened, turnsHome } from './home-listening.ts'
import type { Homes } from './homes.ts'
import { CALLBACK, INPUT, SHORTCUT } from './ids.ts'
import { type InboxDeps, receive, type Sent } from './inbox.ts'
import type { PressBody } from './inbox-body.ts'
import { sentence } from './markup.ts'
import { Modals } from './modals.ts'
import { OPENING } from './opening-press.ts'
import {
  choiceOf,
  commandOf,
  pressOf,
  type SentPress,
  type Suggestion,
  shortcutOf,
  submissionOf,
  suggestionOf,
} from './payload.ts'
import { formFor } from './request-form/checking.ts'
import { askAbout } from './request-form/from-message.ts'
import { Redraws, redrawForm } from './request-form/redrawing.ts'
import { answerBy } from './response-url.ts'
import { loggable } from './slack-error.ts'
import { type Suggestions, suggestionsFor } from './views/request-choices.ts'
import { knownWithin } from './within.ts'

const NOT_STORED = 'I could not note that down, so nothing was done. Try again in a minute.'

/** Slack waits three seconds for the options of a menu. */
const SUGGEST_WITHIN_MS = 2_500

export interface ListenOptions extends InboxDeps {
  readonly store: InboxDeps['store'] & HomeListening['store']
  readonly homes: Homes
  readonly client: WebClient
  readonly people: { forgetPerson(id: string): void; forgetGroup(id: string): void }
}

interface ListenerDeps extends ListenOptions {
  readonly modals: Modals
  readonly redraws: Redraws
}

/** Any way of acknowledging: Bolt types each kind of its own. */
type Acknowledge = (
  said?: string | { response_action: 'errors'; errors: Readonly<Record<string, string>> } | Suggestions,
) => Promise<void>

/** Registers one listener for each kind of payload: Bolt tries every listener that there is. */
export function listen(app: App, options: ListenOptions): void {
  const deps = { ...options, modals: new Modals(options.client, options.log), redraws: new Redraws() }
  app.command(/^/, ({ body, ack, context }) => onCommand(deps, ack as Acknowledge, context.inboxId, body))
  app.action(/^/, ({ body, ack, context }) => onPress(deps, ack as Acknowledge, context.inboxId, body))
  app.view(/^/, ({ body, ack, context }) => onSubmission(deps, ack as Acknowledge, context.inboxId, body))
  app.shortcut(SHORTCUT, ({ body, ack, context }) => onShortcut(deps, ack as Acknowledge, context.inboxId, body))
  app.options(/^/, ({ body, ack }) => onSuggestion(deps, ack as Acknowledge, body))
  app.event('app_home_opened', ({ event }) => onHomeOpened(deps, event))
  app.event(/^(user_change|subteam_members_changed)$/, async ({ event }) => onEvent(deps, event))
  app.error(async (error) => deps.log.error({ err: error }, 'a listener failed'))
}

async function onCommand(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const command = commandOf(payload)
  if (!command) return unreadable(deps, ack, 'command')
  const { body, trigger } = command
  const sent = { id, kind: 'command', body } as const
  const opens = await formFor(deps, body)
  if (opens) {
    await acknowledge(deps, ack, sentence(opens.sentence)) // stays where it was typed when the form is closed
    return opens.open(deps, { by: body.user, trigger, sent })
  }
  const received = await tryToReceive(deps, sent)
  if (!received) return acknowledge(deps, ack, NOT_STORED)
  const { fresh, row } = received
  await acknowledge(deps, ack, fresh || row.answer === null ? undefined : sentence(row.answer))
  if (fresh) await dispatch(deps, row)
}

async function onPress(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const choice = choiceOf(payload)
  if (choice) {
    await acknowledge(deps, ack)
    const redraw = choice.callback === CALLBACK.emergency ? redrawEmergencyForm : redrawForm
    return deps.redraws.add(choice, (isNewest) => redraw(deps, choice, isNewest))
  }
  const press = pressOf(payload)
  if (!press) return unreadable(deps, ack, 'press')
  noteHome(deps, press.body, press.homeMetadata)
  await onKnownPress(deps, ack, id, press)
  if (press.body.home) await drawHome(deps, press.body.user)
}

async function onKnownPress(deps: ListenerDeps, ack: Acknowledge, id: string, press: SentPress): Promise<void> {
  if (turnsHome(press.body)) return acknowledge(deps, ack)
  const opens = OPENING.get(press.body.action)
  if (!opens) return onPlainPress(deps, ack, id, press.body)
  await acknowledge(deps, ack)
  return opens(deps, { id, ...press })
}

/** Nothing is stored unless the form does not open. */
async function onShortcut(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const shortcut = shortcutOf(payload)
  if (!shortcut) return unreadable(deps, ack, 'shortcut')
  await acknowledge(deps, ack)
  const { body, trigger } = shortcut
  await askAbout(deps, { by: body.user, trigger, sent: { id, kind: 'press', body } }, shortcut)
}

async function onPlainPress(deps: ListenerDeps, ack: Acknowledge, id: string, body: PressBody): Promise<void> {
  const received = await tryToReceive(deps, { id, kind: 'press', body })
  await acknowledge(deps, ack)
  if (received?.fresh) await dispatch(deps, received.row)
  if (!received) await answerBy(body.responseUrl, NOT_STORED).catch(() => undefined)
}

async function onSubmission(deps: ListenerDeps, ack: Acknowledge, id: string, payload: unknown): Promise<void> {
  const body = submissionOf(payload)
  if (!body) return unreadable(deps, ack, 'submission')
  const errors = await fieldErrors(deps, id, body)
  if (errors) return acknowledge(deps, ack, { response_action: 'errors', errors })
  const received = await tryToReceive(deps, { id, kind: 'submission', body })
  if (!received) return acknowledge(deps, ack, { response_action: 'errors', errors: { [INPUT.reason]: NOT_STORED } })
  await acknowledge(deps, ack)
  if (received.fresh) await dispatch(deps, received.row)
  if (deps.homes.isShownTo(body.user)) await drawHome(deps, body.user)
}

/** Asked by the menu of entitlements while somebody types into it. */
async function onSuggestion(deps: ListenerDeps, ack: Acknowledge, payload: unknown): Promise<void> {
  const asked = suggestionOf(payload)
  const found = asked && (await knownWithin(offersFor(deps, asked), SUGGEST_WITHIN_MS))
  await acknowledge(deps, ack, found?.ok ? suggestionsFor(found.value, asked?.query ?? '') : { options: [] })
}

async function offersFor(
  { operations }: ListenerDeps,
  { user, emergency }: Suggestion,
): Promise<Result<readonly Askable[]>> {
  if (!emergency) return operations.askable(user)
  const glass = await operations.glassFor(user)
  return glass.ok ? accept(glass.value.found) : glass
}

async function tryToReceive(deps: ListenerDeps, sent: Sent) {
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
async function onEvent({ people, operations }: ListenerDeps, event: unknown): Promise<void> {
  const { success, data } = change.safeParse(event)
  if (success && data.user) people.forgetPerson(data.user.id)
  if (success && data.subteam_id !== undefined) people.forgetGroup(data.subteam_id)
  if (success && data.user) await operations.personChanged(data.user.id)
  if (success && data.subteam_id !== undefined) await operations.groupChanged(data.subteam_id)
}
