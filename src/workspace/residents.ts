import type { GroupProtection } from './admin.ts'
import { type MemberOptions, newMember } from './member.ts'
import type { Parts } from './parts.ts'
import { Person } from './person.ts'
import { type Conversation, type Group, newConversation } from './state.ts'

/** How a channel is set up. The bot is a member unless `bot` is false. */
export interface ChannelOptions {
  readonly id?: string
  readonly private?: boolean
  readonly shared?: boolean
  readonly archived?: boolean
  readonly members?: readonly { readonly id: string }[]
  readonly bot?: boolean
}

/** How a user group is set up. */
export interface GroupOptions {
  readonly id?: string
  readonly members?: readonly { readonly id: string }[]
  /** Who may edit it: everybody, if nothing is said. */
  readonly protection?: GroupProtection
}

/** Fills the workspace with people, channels and groups. Ids follow from names: `ann` is U0ANN, `eng` is S0ENG. */
export class Residents {
  readonly #parts: Parts
  readonly #people = new Map<string, Person>()

  constructor(parts: Parts) {
    this.#parts = parts
    const { app, state, now } = parts.slack
    const options = { id: app.botUserId, standing: 'bot', realName: app.manifest.name } as const
    state.members.set(app.botUserId, newMember(app.botName, options, app.team.id, now()))
  }

  person(name: string, options: MemberOptions): Person {
    const known = this.#people.get(name)
    if (known) return known
    const { app, state, now } = this.#parts.slack
    const member = newMember(name, options, app.team.id, now())
    if (state.members.has(member.id)) throw new Error(`somebody has the id ${member.id} already`)
    state.members.set(member.id, member)
    state.changed({ kind: 'member', id: member.id })
    const person = new Person(member, this.#parts)
    this.#people.set(name, person)
    return person
  }

  channel(name: string, options: ChannelOptions): Conversation {
    const { app, state, now } = this.#parts.slack
    const id = options.id ?? `C0${idPart(name)}`
    if (state.conversations.has(id)) throw new Error(`there is a channel ${id} already`)
    const members = (options.members ?? []).map((one) => one.id)
    if (options.bot ?? true) members.push(app.botUserId)
    const channel = newConversation({ id, name, with: undefined, createdAt: now(), members })
    channel.isPrivate = options.private ?? false
    channel.isShared = options.shared ?? false
    channel.isArchived = options.archived ?? false
    state.conversations.set(id, channel)
    state.changed({ kind: 'conversation', id })
    return channel
  }

  group(handle: string, options: GroupOptions): Group {
    const { state, now } = this.#parts.slack
    const id = options.id ?? `S0${idPart(handle)}`
    if (state.groups.has(id)) throw new Error(`there is a group ${id} already`)
    const members = (options.members ?? []).map((one) => one.id)
    const unguarded = { isFromIdp: false, isMembershipLocked: false, isEditingRestricted: false }
    const guards = { ...unguarded, ...options.protection }
    const group: Group = { id, handle, name: handle, members, isDisabled: false, updatedAt: now(), ...guards }
    state.groups.set(id, group)
    state.changed({ kind: 'group', id })
    return group
  }
}

const idPart = (name: string) => name.replace(/[^a-z0-9]/gi, '').toUpperCase()
