import { randomBytes } from 'node:crypto'
import type { Member } from './member.ts'
import type { Pressable } from './pressable.ts'
import type { Slack } from './slack.ts'
import { messageObject, viewObject } from './slack-objects.ts'
import type { Conversation, Message } from './state.ts'
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

/** A press on a message. An ephemeral message is not shown to the bot again. */
export function messagePress(
  slack: Slack,
  by: Member,
  on: { message: Message; where: Conversation } & Pressed,
): Payload {
  const { message, where } = on
  const container = {
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel,
    is_ephemeral: message.onlyFor !== undefined,
    ...(message.thread && { thread_ts: message.thread.ts }),
  }
  return {
    ...interaction(slack, by, 'block_actions'),
    container,
    channel: { id: where.id, name: where.with !== undefined ? 'directmessage' : where.name },
    ...(message.onlyFor === undefined && { message: messageObject(message, slack.app) }),
    state: { values: {} },
    response_url: responseUrl(slack, 'actions', { channel: where.id, user: by.id, original: message.ts }),
    actions: [action(slack, on)],
  }
}

/** A press inside a view: no channel, no response URL. */
export function viewPress(slack: Slack, by: Member, on: { view: View } & Pressed): Payload {
  return {
    ...interaction(slack, by, 'block_actions'),
    container: { type: 'view', view_id: on.view.id },
    view: viewObject(on.view, slack.app),
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

/** A request for the options of an `external_select`. */
export function suggestion(slack: Slack, by: Member, on: { view: View; query: string } & Pressed): Payload {
  return {
    ...interaction(slack, by, 'block_suggestion'),
    action_id: on.element.action_id,
    block_id: on.blockId,
    value: on.query,
    container: { type: 'view', view_id: on.view.id },
    view: viewObject(on.view, slack.app),
  }
}

/** An event in its envelope of the Events API. */
export function eventPayload({ app, now }: Slack, event: Payload): Payload {
  const id = `Ev0${randomBytes(5).toString('hex').toUpperCase()}`
  return {
    token: app.verificationToken,
    team_id: app.team.id,
    api_app_id: app.appId,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(now() / 1000),
    authorizations: [
      {
        enterprise_id: app.enterprise?.id ?? null,
        team_id: app.team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${id}`,
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

function action(slack: Slack, { blockId, element, answer }: Pressed) {
  const hidden = { confirm: undefined, options: undefined, option_groups: undefined }
  const { confirm: _c, options: _o, option_groups: _g, ...shown } = { ...hidden, ...element }
  return { ...shown, ...answer, block_id: blockId, action_ts: slack.state.nextTs() }
}

function responseUrl(slack: Slack, kind: 'commands' | 'actions', reply: Parameters<Slack['responseUrls']['issue']>[2]) {
  return slack.address() + slack.responseUrls.issue(kind, slack.app.team.id, reply)
}
