import { ApiError } from '../api-error.ts'
import { conversationObject } from '../slack-objects.ts'
import { type Conversation, directId } from '../state.ts'
import { directConversation } from './chat.ts'
import { findConversation, type Method, needScope, page } from './method.ts'

const info: Method = {
  run(slack, args) {
    const conversation = findConversation(slack, args.required('channel'))
    needScope(slack, readScope(conversation))
    return { channel: conversationObject(conversation, slack.app) }
  },
}

const open: Method = {
  run(slack, args) {
    const channel = args.text('channel')
    if (channel !== undefined) {
      const existing = findConversation(slack, channel)
      return { no_op: true, already_open: true, channel: { id: existing.id } }
    }
    const users = (args.text('users') ?? '').split(',').filter((user) => user !== '')
    const [user] = users
    if (user === undefined) throw new ApiError('users_list_not_supplied')
    // Conversations of several people are not played here.
    if (users.length > 1) throw new ApiError('method_not_supported_for_channel_type')
    needScope(slack, 'im:write')
    const isThere = slack.state.conversations.has(directId(user))
    if (!isThere && args.flag('prevent_creation')) throw new ApiError('channel_not_found')
    const conversation = directConversation(slack, user)
    const known = isThere && { no_op: true, already_open: true }
    const whole = args.flag('return_im')
    return { ...known, channel: whole ? conversationObject(conversation, slack.app) : { id: conversation.id } }
  },
}

const members: Method = {
  run(slack, args) {
    const conversation = findConversation(slack, args.required('channel'))
    needScope(slack, readScope(conversation))
    const { items, response_metadata } = page([...conversation.members], args)
    return { members: items, response_metadata }
  },
}

const TYPE_SCOPES: Readonly<Record<string, string>> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  im: 'im:read',
  mpim: 'mpim:read',
}

const list: Method = {
  run(slack, args) {
    const types = (args.text('types') ?? 'public_channel').split(',')
    for (const type of types) {
      const scope = TYPE_SCOPES[type.trim()]
      if (!scope) throw new ApiError('invalid_types')
      needScope(slack, scope)
    }
    const wanted = [...slack.state.conversations.values()].filter(
      (one) =>
        types.includes(typeOf(one)) &&
        (!one.isPrivate || one.members.has(slack.app.botUserId)) &&
        !(one.isArchived && args.flag('exclude_archived')),
    )
    const { items, response_metadata } = page(wanted, args)
    return { channels: items.map((one) => conversationObject(one, slack.app)), response_metadata }
  },
}

/** Methods about channels and direct conversations. */
export const conversations: Readonly<Record<string, Method>> = {
  'conversations.info': info,
  'conversations.open': open,
  'conversations.members': members,
  'conversations.list': list,
}

function typeOf(conversation: Conversation): string {
  if (conversation.with !== undefined) return 'im'
  return conversation.isPrivate ? 'private_channel' : 'public_channel'
}

function readScope(conversation: Conversation): string {
  return TYPE_SCOPES[typeOf(conversation)] ?? 'channels:read'
}
