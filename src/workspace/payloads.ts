import { heldIn } from './answers.ts'
import type { Member } from './member.ts'
import type { Pressable } from './pressable.ts'
import type { Slack } from './slack.ts'
import { messageObject, viewObject } from './slack-objects.ts'
import { type Conversation, currentVersion, type Message } from './state.ts'
import type { View } from './view.ts'

/** A payload as the bot reads it. */
export type Payload = Readonly<Record<string, unknown>>

/** A slash command. Every value is a string, also `is_enterprise_install`. */
export function commandPayload(
  slack: Slack,
  by: Member,
  where: Conversation,
  line: { command: string; text: string },
): Payload {
  const { app } = slack
  return {
    token: app.verificationToken,
    team_id: app.team.id,
    team_domain: app.team.domain,
    ...(app.enterprise && { enterprise_id: app.enterprise.id, enterprise_name: app.enterprise.name }),
    channel_id: where.id,
    channel_name: where.with !== undefined ? 'directmessage' : where.isPrivate ? 'privategroup' : where.name,
    user_id: by.id,
    user_name: by.name,
    command: line.command,
    text: line.text,
    api_app_id: app.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl(slack, 'commands', { channel: where.id, user: by.id, original: undefined }),
    trigger_id: slack.triggers.issue(by.id),
  }
}

/** What was pressed or chosen. */
export interface Pressed extends Pressable {
  /** The answer of a select or a menu. */
  readonly answer?: Readonly<Record<string, unknown>>
}

/** On a message, and in which conversation that is. */
export interface OnMessage {
  readonly message: Message
  readonly where: Conversation
}

/** In an open modal, or on Home. */
export interface OnView {
  readonly view: View
}

/** Where something is pressed or searched. */
export type WhereItIs = OnMessage | OnView

/** A press on a message. An ephemeral message is not shown to the bot again. */
export function messagePress(slack: Slack, by: Member, on: OnMessage & Pressed): Payload {
  const { message, where } = on
  return {
    ...interaction(slack, by, 'block_actions'),
    ...placeOf(slack, on),
    state: { values: heldIn(currentVersion(message).blocks, message.answers.get(by.id) ?? {}) },
    response_url: responseUrl(slack, 'actions', { channel: where.id, user: by.id, original: message.ts }),
    actions: [action(slack, on)],
  }
}

/** A press inside a view: no channel, no response URL. */
export function viewPress(slack: Slack, by: Member, on: OnView & Pressed): Payload {
  return {
    ...interaction(slack, by, 'block_actions'),
    ...placeOf(slack, on),
    actions: [action(slack, on)],
  }
}

/** The submission of a modal. */
export function submission(slack: Slack, by: Member, view: View): Payload {
  return {
    ...interaction(slack, by, 'view_submission'),
    view: viewObject(view, slack.app),
    response_urls: [],
  }
}

/** A modal that was closed without being submitted, by itself or with all that lay below it. */
export function closing(slack: Slack, by: Member, view: View, isCleared: boolean): Payload {
  const { trigger_id: _none, ...rest } = interaction(slack, by, 'view_closed')
  return { ...rest, view: viewObject(view, slack.app), is_cleared: isCleared }
}

/** A request for the options of a menu that only the bot knows. It opens nothing, so it has no trigger. */
export function suggestion(slack: Slack, by: Member, on: WhereItIs & Pressable & { query: string }): Payload {
  const { trigger_id: _none, ...rest } = interaction(slack, by, 'block_suggestion')
  return {
    ...rest,
    action_id: on.actionId,
    block_id: on.blockId,
    value: on.query,
    ...placeOf(slack, on),
  }
}

/** Somebody picked a shortcut of the app, from the search or from the menu of a message. */
export function shortcut(slack: Slack, by: Member, callbackId: string, on: OnMessage | undefined): Payload {
  const common = {
    ...interaction(slack, by, on ? 'message_action' : 'shortcut'),
    callback_id: callbackId,
    action_ts: slack.state.nextTs(),
  }
  if (!on) return common
  const { message, where } = on
  return {
    ...common,
    channel: channelOf(where),
    message_ts: message.ts,
    message: messageObject(message, slack.app),
    response_url: responseUrl(slack, 'app', { channel: where.id, user: by.id, original: undefined }),
  }
}

function interaction({ app, triggers }: Slack, by: Member, type: string) {
  const grid = app.enterprise && { enterprise_id: app.enterprise.id, enterprise_name: app.enterprise.name }
  return {
    type,
    user: { id: by.id, username: by.name, name: by.name, team_id: by.teamId },
    api_app_id: app.appId,
    token: app.verificationToken,
    trigger_id: triggers.issue(by.id),
    team: { id: app.team.id, domain: app.team.domain, ...grid },
    enterprise: app.enterprise ?? null,
    is_enterprise_install: false,
  }
}

function placeOf(slack: Slack, on: WhereItIs): Payload {
  if ('view' in on) {
    return { container: { type: 'view', view_id: on.view.id }, view: viewObject(on.view, slack.app) }
  }
  const { message, where } = on
  const container = {
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel,
    is_ephemeral: message.onlyFor !== undefined,
    ...(message.thread && { thread_ts: message.thread.ts }),
  }
  return {
    container,
    channel: channelOf(where),
    ...(message.onlyFor === undefined && { message: messageObject(message, slack.app) }),
  }
}

function channelOf(where: Conversation) {
  return { id: where.id, name: where.with !== undefined ? 'directmessage' : where.name }
}

/** What a press does not repeat of an element. */
const HIDDEN = new Set(['confirm', 'options', 'option_groups', 'positive_button', 'negative_button'])

function action(slack: Slack, { blockId, element, answer }: Pressed) {
  const shown = Object.fromEntries(Object.entries(element).filter(([key]) => !HIDDEN.has(key)))
  return { ...shown, ...answer, block_id: blockId, action_ts: slack.state.nextTs() }
}

function responseUrl(
  slack: Slack,
  kind: 'commands' | 'actions' | 'app',
  reply: Parameters<Slack['responseUrls']['issue']>[2],
) {
  return slack.address() + slack.responseUrls.issue(kind, slack.app.team.id, reply)
}
