import { ApiError } from '../api-error.ts'
import type { Arguments } from '../arguments.ts'
import type { Slack } from '../slack.ts'
import type { Conversation } from '../state.ts'

/** What a method answers beside `ok: true`. */
export type Answer = Readonly<Record<string, unknown>>

/** One method of the Web API. */
export interface Method {
  /** The scope that a bot needs; methods that need different ones for different channels ask for them themselves. */
  readonly scope?: string
  /** Whether it takes the app-level token. */
  readonly takesAppToken?: boolean
  /** Whether it takes any token, also none. */
  readonly takesAnyToken?: boolean
  run(slack: Slack, args: Arguments): Answer
}

/** Refuses unless the manifest asks for this scope. */
export function needScope({ app }: Slack, scope: string): void {
  const { scopes } = app.manifest
  if (!scopes.has(scope)) throw new ApiError('missing_scope', { needed: scope, provided: [...scopes].join(',') })
}

/** Finds a conversation that the bot may know of: private ones only if it is a member. */
export function findConversation({ app, state }: Slack, id: string): Conversation {
  const conversation = state.conversations.get(id)
  if (!conversation || (conversation.isPrivate && !conversation.members.has(app.botUserId))) {
    throw new ApiError('channel_not_found')
  }
  return conversation
}

/** Cuts a list into the page that `cursor` and `limit` ask for. */
export function page<Item>(items: readonly Item[], args: Arguments, otherwise = 100) {
  const cursor = args.text('cursor')
  const from = cursor ? Number(Buffer.from(cursor, 'base64').toString().replace('offset:', '')) : 0
  const limit = args.number('limit', otherwise)
  if (!Number.isInteger(from)) throw new ApiError('invalid_cursor')
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new ApiError('invalid_limit')
  const next = from + limit < items.length ? Buffer.from(`offset:${from + limit}`).toString('base64') : ''
  return { items: items.slice(from, from + limit), response_metadata: { next_cursor: next } }
}
