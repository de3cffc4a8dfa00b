import type { Events } from './events.ts'
import type { Member } from './member.ts'
import type { Slack } from './slack.ts'
import { groupObject, userObject } from './slack-objects.ts'
import type { Conversation, Group } from './state.ts'

/** What may be changed about a person. */
export type MemberChange = Partial<Omit<Member, 'id' | 'name' | 'realName' | 'timezone' | 'updatedAt'>>

/** How a group is guarded against edits. */
export type GroupProtection = Partial<Pick<Group, 'isFromIdp' | 'isMembershipLocked' | 'isEditingRestricted'>>

/** What may be changed about a channel. */
export type ChannelChange = Partial<Pick<Conversation, 'isPrivate' | 'isShared' | 'isArchived'>>

/**
 * What the administrators of the workspace do. The bot is told by events, where its manifest subscribes to them; each
 * promise resolves after the first attempt to tell it.
 */
export class Admin {
  readonly #slack: Slack
  readonly #events: Events

  constructor(slack: Slack, events: Events) {
    this.#slack = slack
    this.#events = events
  }

  deactivates(who: { id: string }): Promise<void> {
    return this.changesMember(who, { isDeleted: true })
  }

  changesEmail(who: { id: string }, email: string): Promise<void> {
    return this.changesMember(who, { email })
  }

  /** Changes anything about a person: guest, confirmed e-mail, team … */
  changesMember(who: { id: string }, change: MemberChange): Promise<void> {
    const member = this.#slack.state.members.get(who.id)
    if (!member) throw new Error(`nobody has the id ${who.id}`)
    const now = this.#slack.now()
    Object.assign(member, change, { updatedAt: now })
    this.#slack.state.changed({ kind: 'member', id: member.id })
    const mayReadEmail = this.#slack.app.manifest.scopes.has('users:read.email')
    return this.#events.tell({
      type: 'user_change',
      user: userObject(member, mayReadEmail),
      cache_ts: Math.floor(now / 1000),
      event_ts: this.#slack.state.nextTs(),
    })
  }

  /** Puts exactly these people into a group. */
  changesGroup(which: Group, members: readonly { id: string }[]): Promise<void> {
    const before = new Set(which.members)
    const after = new Set(members.map(({ id }) => id))
    const added = [...after].filter((id) => !before.has(id))
    const removed = [...before].filter((id) => !after.has(id))
    const previously = which.updatedAt
    which.members = [...after]
    which.updatedAt = this.#slack.now()
    this.#slack.state.changed({ kind: 'group', id: which.id })
    return this.#events.tell({
      type: 'subteam_members_changed',
      subteam_id: which.id,
      team_id: this.#slack.app.team.id,
      date_previous_update: Math.floor(previously / 1000),
      date_update: Math.floor(which.updatedAt / 1000),
      added_users: added,
      added_users_count: String(added.length),
      removed_users: removed,
      removed_users_count: String(removed.length),
      event_ts: this.#slack.state.nextTs(),
    })
  }

  /** Disables a group: Slack does not know it any more. */
  disablesGroup(which: Group): void {
    void this.#redrawsGroup(which, { isDisabled: true })
  }

  /** Says who may edit a group. */
  protectsGroup(which: Group, protection: GroupProtection): Promise<void> {
    return this.#redrawsGroup(which, protection)
  }

  /** Makes a channel private or public, shared with another workspace, archived. */
  changesChannel(which: Conversation, change: ChannelChange): void {
    Object.assign(which, change)
    this.#slack.state.changed({ kind: 'conversation', id: which.id })
  }

  /** Lets people, or the bot (`workspace.bot`), into a channel. */
  invites(who: { id: string }, which: Conversation): void {
    which.members.add(who.id)
    this.#slack.state.changed({ kind: 'conversation', id: which.id })
  }

  /** Takes somebody, or the bot (`workspace.bot`), out of a channel. */
  removes(who: { id: string }, which: Conversation): void {
    which.members.delete(who.id)
    this.#slack.state.changed({ kind: 'conversation', id: which.id })
  }

  #redrawsGroup(which: Group, change: Partial<Group>): Promise<void> {
    Object.assign(which, change, { updatedAt: this.#slack.now() })
    this.#slack.state.changed({ kind: 'group', id: which.id })
    const event_ts = this.#slack.state.nextTs()
    return this.#events.tell({ type: 'subteam_updated', subteam: groupObject(which, this.#slack.app), event_ts })
  }
}
