import { ApiError } from '../api-error.ts'
import type { Arguments } from '../arguments.ts'
import { checkEphemeral, checkPost, checkUpdate, type Draft, post, redraw, remove } from '../messages.ts'
import type { Slack } from '../slack.ts'
import { messageObject } from '../slack-objects.ts'
import { type Conversation, currentVersion, type Message } from '../state.ts'
import { findConversation, type Method } from './method.ts'

const postMessage: Method = {
  scope: 'chat:write',
  run(slack, args) {
    const where = placeToPost(slack, args.required('channel'))
    const version = checkPost(draft(args), slack.now())
    const thread = threadOf(slack, where, args.text('thread_ts'))
    const message = post(slack.state, where, { author: slack.app.botUserId, thread, onlyFor: undefined, version })
    return { channel: where.id, ts: message.ts, message: messageObject(message, slack.app) }
  },
}

/** Only the person sees it, if that person is there now, and nobody can reach it by its timestamp. */
const postEphemeral: Method = {
  scope: 'chat:write',
  run(slack, args) {
    const where = placeToPost(slack, args.required('channel'))
    const user = args.required('user')
    if (!where.members.has(user)) throw new ApiError('user_not_in_channel')
    const version = checkEphemeral(draft(args), slack.now())
    const thread = threadOf(slack, where, args.text('thread_ts'))
    const message = post(slack.state, where, { author: slack.app.botUserId, thread, onlyFor: user, version })
    return { message_ts: message.ts }
  },
}

const update: Method = {
  scope: 'chat:write',
  run(slack, args) {
    const { where, message } = ownMessage(slack, args, 'cant_update_message')
    if (where.isArchived) throw new ApiError('is_inactive')
    const version = checkUpdate(withWhatStays(draft(args), message), slack.now())
    redraw(slack.state, message, version)
    return {
      channel: where.id,
      ts: message.ts,
      text: version.text,
      message: messageObject(message, slack.app),
    }
  },
}

const deleteMessage: Method = {
  scope: 'chat:write',
  run(slack, args) {
    const { where, message } = ownMessage(slack, args, 'cant_delete_message')
    remove(slack.state, message, slack.now())
    return { channel: where.id, ts: message.ts }
  },
}

const getPermalink: Method = {
  run(slack, args) {
    const where = findConversation(slack, args.required('channel'))
    const message = slack.state.message(where.id, args.required('message_ts'))
    if (!message || message.onlyFor !== undefined) throw new ApiError('message_not_found')
    const thread = message.thread ? `?thread_ts=${message.thread.ts}&cid=${where.id}` : ''
    const path = `archives/${where.id}/p${message.ts.replace('.', '')}${thread}`
    return { channel: where.id, permalink: `https://${slack.app.team.domain}.slack.com/${path}` }
  },
}

/** Methods about messages. */
export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': deleteMessage,
  'chat.getPermalink': getPermalink,
}

function draft(args: Arguments): Draft {
  const blocks = args.structured('blocks', 'invalid_blocks_format')
  if (blocks !== undefined && !Array.isArray(blocks)) throw new ApiError('invalid_blocks_format')
  return {
    text: args.text('text') ?? args.text('markdown_text'),
    blocks,
    attachments: args.structured('attachments', 'invalid_attachments'),
  }
}

function threadOf({ state }: Slack, where: Conversation, ts: string | undefined): Message['thread'] {
  if (ts === undefined) return undefined
  const parent = state.message(where.id, ts)
  if (!parent || parent.onlyFor !== undefined) throw new ApiError('cannot_reply_to_message')
  return parent.thread ?? { ts, author: parent.author }
}

/** An update that names no blocks or attachments keeps those that are there; an empty list takes them away. */
function withWhatStays({ text, blocks, attachments }: Draft, message: Message): Draft {
  const shown = currentVersion(message)
  return { text, blocks: blocks ?? shown.blocks, attachments: attachments ?? shown.attachments }
}

/** A channel where the bot may post, or the direct conversation with a person. */
function placeToPost(slack: Slack, id: string): Conversation {
  const { app, state } = slack
  const where = state.members.has(id) ? directConversation(slack, id) : findConversation(slack, id)
  if (where.with !== undefined) {
    if (!app.manifest.takesMessages) throw new ApiError('messages_tab_disabled')
    if (state.members.get(where.with)?.isDeleted) throw new ApiError('user_disabled')
    return where
  }
  if (where.isArchived) throw new ApiError('is_archived')
  const mayPost = where.members.has(app.botUserId) || app.manifest.scopes.has('chat:write.public')
  if (!mayPost) throw new ApiError('not_in_channel')
  return where
}

/** The bot's direct conversation with a person who can be written to. */
export function directConversation({ app, state }: Slack, user: string): Conversation {
  const member = state.members.get(user)
  if (!member) throw new ApiError('user_not_found')
  if (member.isBot) throw new ApiError('cannot_dm_bot')
  if (member.isDeleted) throw new ApiError('user_disabled')
  return state.directWith(user, app.botUserId)
}

/** A message of the bot's own: ephemeral ones cannot be reached by their timestamp. */
function ownMessage(slack: Slack, args: Arguments, refusal: string): { where: Conversation; message: Message } {
  const where = findConversation(slack, args.required('channel'))
  const message = slack.state.message(where.id, args.required('ts'))
  if (!message || message.onlyFor !== undefined) throw new ApiError('message_not_found')
  if (message.author !== slack.app.botUserId) throw new ApiError(refusal)
  return { where, message }
}
