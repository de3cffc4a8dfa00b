import { z } from 'zod'
import { ApiError } from './api-error.ts'
import type { Reply } from './lifetimes.ts'
import { checkPost, checkUpdate, post, redraw, remove } from './messages.ts'
import type { Slack } from './slack.ts'
import type { Message } from './state.ts'

/** Slack takes "true" for true here. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]).optional()

const replyShape = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: flag,
  delete_original: flag,
  thread_ts: z.string().optional(),
})

/**
 * Does what a body says that came by a `response_url` or as the acknowledgement of a command: a new message for one
 * person or for all, another look for the original, or its end. It works also where the bot is not a member.
 */
export function reply(slack: Slack, { channel, user, original }: Reply, body: unknown): Message | undefined {
  const parsed = replyShape.safeParse(body)
  if (!parsed.success) throw new ApiError('invalid_payload')
  const { replace_original: replaces, delete_original: deletes, thread_ts, response_type: type, ...draft } = parsed.data
  const conversation = slack.state.conversations.get(channel)
  if (!conversation) throw new ApiError('channel_not_found')
  const message = original === undefined ? undefined : slack.state.message(channel, original)
  if (deletes) {
    if (message) remove(slack.state, message, slack.now())
    return undefined
  }
  const look = { text: draft.text, blocks: draft.blocks, attachments: draft.attachments }
  if (replaces && message) {
    redraw(slack.state, message, checkUpdate(look, slack.now()))
    return message
  }
  if (conversation.isArchived) throw new ApiError('is_archived')
  return post(slack.state, conversation, {
    author: slack.app.botUserId,
    thread: thread_ts === undefined ? message?.thread : { ts: thread_ts, author: slack.app.botUserId },
    onlyFor: type === 'in_channel' ? undefined : user,
    version: checkPost(look, slack.now()),
  })
}

/** Shows a person that something went wrong, as Slack's own bot does. */
export function showError(slack: Slack, { channel, user }: Reply, text: string): void {
  const conversation = slack.state.conversations.get(channel)
  if (!conversation) return
  const version = { at: slack.now(), text, blocks: [], attachments: [] }
  post(slack.state, conversation, { author: 'USLACKBOT', thread: undefined, onlyFor: user, version })
}
