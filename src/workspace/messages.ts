import { randomBytes } from 'node:crypto'
import { ApiError, refusedFor } from './api-error.ts'
import { ALL_TEXT_LIMIT, checkBlocks, textLength } from './blocks/check.ts'
import type { Block } from './blocks/kinds.ts'
import { isElement } from './pressable.ts'
import type { Conversation, Message, State, Version } from './state.ts'

const POSTED_TEXT_LIMIT = 40_000
const UPDATED_TEXT_LIMIT = 4_000
const NOTHING_TO_READ = "This content can't be displayed."

/** What an app wants a message to look like, unchecked. */
export interface Draft {
  readonly text: string | undefined
  readonly blocks: unknown
  readonly attachments?: unknown
}

/** Judges a new message as Slack does. Text that is too long is cut. */
export function checkPost(draft: Draft, now: number): Version {
  return checked(draft, now, 'msg_blocks_too_long')
}

/** Judges a message for one person. Text that is too long is refused, not cut. */
export function checkEphemeral(draft: Draft, now: number): Version {
  if (draft.text !== undefined && [...draft.text].length > POSTED_TEXT_LIMIT) throw new ApiError('msg_too_long')
  return checked(draft, now, 'msg_too_long')
}

/** Judges a message that replaces another. Text that is too long is refused, not cut. */
export function checkUpdate(draft: Draft, now: number): Version {
  if (draft.text !== undefined && [...draft.text].length > UPDATED_TEXT_LIMIT) throw new ApiError('msg_too_long')
  return checked(draft, now, 'msg_too_long')
}

function checked({ text, blocks, attachments }: Draft, now: number, tooLong: string): Version {
  const result = checkBlocks(blocks ?? [], 'message')
  if ('problems' in result) throw refusedFor('invalid_blocks', result.problems)
  const attached = Array.isArray(attachments) ? attachments : []
  if (!text && result.value.length === 0 && attached.length === 0) throw new ApiError('no_text')
  if (textLength(result.value) > ALL_TEXT_LIMIT) throw new ApiError(tooLong)
  return {
    at: now,
    text: cut(text) || NOTHING_TO_READ,
    blocks: result.value.map(completed),
    attachments: attached,
  }
}

function cut(text = ''): string {
  return text.length > POSTED_TEXT_LIMIT ? [...text].slice(0, POSTED_TEXT_LIMIT).join('') : text
}

/** Fills in what Slack fills in: ids that were left out, and the defaults of text objects. */
export function completed(block: Block): Block {
  const named = { ...block, block_id: block.block_id ?? shortId() }
  if (named.type !== 'container') return withDefaults(named)
  const children = named.child_blocks.map((child) => ({ ...child, block_id: child.block_id ?? shortId() }))
  return withDefaults({ ...named, child_blocks: children })
}

/** Fills in the defaults of everything inside a value, which stays what it was otherwise. */
export function withDefaults<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) => defaulted(inner)) as Value
}

function defaulted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value)) return value
  if (value.type === 'plain_text' && !('emoji' in value)) return { ...value, emoji: true }
  if (value.type === 'mrkdwn' && !('verbatim' in value)) return { ...value, verbatim: false }
  if (isElement(value.type) && !('action_id' in value)) return { ...value, action_id: shortId() }
  return value
}

const shortId = () => randomBytes(4).toString('base64').slice(0, 5)

/** Puts a message into a conversation. */
export function post(
  state: State,
  conversation: Conversation,
  message: Pick<Message, 'author' | 'thread' | 'onlyFor'> & { version: Version },
): Message {
  const { author, thread, onlyFor, version } = message
  const posted: Message = {
    ts: state.nextTs(),
    channel: conversation.id,
    author,
    thread,
    onlyFor,
    versions: [version],
    answers: new Map(),
    deletedAt: undefined,
  }
  conversation.messages.set(posted.ts, posted)
  state.changed({ kind: 'message', message: posted })
  return posted
}

/** Gives a message another look; its earlier ones are kept. */
export function redraw(state: State, message: Message, version: Version): void {
  message.versions.push(version)
  state.changed({ kind: 'message', message })
}

/** Takes a message away; what it showed is kept. */
export function remove(state: State, message: Message, now: number): void {
  message.deletedAt = now
  state.changed({ kind: 'message', message })
}
