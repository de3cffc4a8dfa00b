import type { Block } from './blocks/kinds.ts'
import type { Member } from './member.ts'
import type { Call, Delivery } from './traffic.ts'
import type { Values, View } from './view.ts'

/** One look of a message, from `at` until the next one. */
export interface Version {
  readonly at: number
  readonly text: string
  readonly blocks: readonly Block[]
  readonly attachments: readonly unknown[]
}

/** A posted message with every look that it ever had. */
export interface Message {
  readonly ts: string
  readonly channel: string
  readonly author: string
  /** The message that it replies to. */
  readonly thread: { readonly ts: string; readonly author: string } | undefined
  /** The only person who sees it, if it is ephemeral. */
  readonly onlyFor: string | undefined
  readonly versions: Version[]
  /** What each person has chosen or typed in it. */
  readonly answers: Map<string, Values>
  deletedAt: number | undefined
}

/** A channel, or a direct conversation between the bot and `with`. */
export interface Conversation {
  readonly id: string
  readonly name: string
  readonly with: string | undefined
  readonly createdAt: number
  readonly members: Set<string>
  readonly messages: Map<string, Message>
  isPrivate: boolean
  isShared: boolean
  isArchived: boolean
}

/** A user group. */
export interface Group {
  readonly id: string
  readonly handle: string
  readonly name: string
  members: readonly string[]
  isDisabled: boolean
  /** Filled by an identity provider: nobody edits it in Slack. */
  isFromIdp: boolean
  /** Nobody changes who is in it. */
  isMembershipLocked: boolean
  /** Only those whom the workspace lets edit it. Otherwise, everybody who may edit groups at all. */
  isEditingRestricted: boolean
  updatedAt: number
}

/** What has just changed: enough for a listener to look again at the right place. */
export type Changed =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'view'; readonly user: string }
  | { readonly kind: 'member' | 'conversation' | 'group'; readonly id: string }
  /** What went over the wire, once it was answered or had failed. */
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  /** A fault was set, struck or ended; Slack went down or came up; a Socket Mode connection opened or closed. */
  | { readonly kind: 'fault' | 'connection' }

/** Everything the workspace knows, in one place. Whoever changes it says so with `changed`. */
export class State {
  readonly members = new Map<string, Member>()
  readonly conversations = new Map<string, Conversation>()
  readonly groups = new Map<string, Group>()
  /** Each person's open views, the one on top last. */
  readonly modals = new Map<string, View[]>()
  readonly homes = new Map<string, View>()
  readonly #listeners = new Set<(changed: Changed) => void>()
  readonly #now: () => number
  #lastMicros = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Calls `listener` after each change, until the returned function is called. */
  onChange(listener: (changed: Changed) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed(changed: Changed): void {
    for (const listener of [...this.#listeners]) listener(changed)
  }

  /** A timestamp as Slack writes it, never given twice: seconds and six digits. */
  nextTs(): string {
    this.#lastMicros = Math.max(this.#now() * 1000, this.#lastMicros + 1)
    const digits = String(this.#lastMicros).padStart(16, '0')
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`
  }

  message(channel: string, ts: string): Message | undefined {
    const message = this.conversations.get(channel)?.messages.get(ts)
    return message?.deletedAt === undefined ? message : undefined
  }

  /** The direct conversation between the bot and a person, opened when it is first asked for. */
  directWith(user: string, bot: string): Conversation {
    const id = directId(user)
    const open = this.conversations.get(id)
    if (open) return open
    const conversation = newConversation({ id, name: id, with: user, createdAt: this.#now(), members: [user, bot] })
    this.conversations.set(id, conversation)
    this.changed({ kind: 'conversation', id })
    return conversation
  }
}

/** The id of the direct conversation with a person: U0ANN has D0ANN. */
export const directId = (user: string) => `D${user.slice(1)}`

/** Makes a conversation without messages; private if it is a direct one. */
export function newConversation(
  draft: Pick<Conversation, 'id' | 'name' | 'with' | 'createdAt'> & { members: Iterable<string> },
): Conversation {
  return {
    ...draft,
    members: new Set(draft.members),
    messages: new Map(),
    isPrivate: draft.with !== undefined,
    isShared: false,
    isArchived: false,
  }
}

/** How a message looks now. */
export function currentVersion(message: Message): Version {
  const version = message.versions.at(-1)
  if (!version) throw new Error(`message ${message.ts} has no version`)
  return version
}
