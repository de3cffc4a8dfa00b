import type { Json } from './canonical-json.ts'
import type { SlackId, Subject } from './ids.ts'

/** Where a group's members stand: in the config, in a Slack user group, or in an on-call schedule elsewhere. */
export type GroupSource =
  | { readonly kind: 'members'; readonly members: readonly SlackId[] }
  | { readonly kind: 'usergroup'; readonly id: string }
  /** `schedule` names it without secrets: `pagerduty PX12345`. How to ask it stays with the source. */
  | { readonly kind: 'schedule'; readonly schedule: string }

export interface Group {
  readonly name: string
  readonly source: GroupSource
}

/** A system on which access is given. `settings` stay with the adapter: they hold secrets and never come here. */
export interface Target {
  readonly name: string
  /** How a subject is called there. */
  readonly account: AccountNaming
  readonly timeoutMs: number
  readonly quietMs: number
  readonly concurrency: number
  /** What approvers are told of this kind of target: open sessions, access that outlives a revoke. */
  readonly notice: string | undefined
}

export type AccountNaming =
  | { readonly kind: 'subject' }
  | { readonly kind: 'local_part' }
  | { readonly kind: 'map'; readonly map: Readonly<Record<Subject, string>> }

export interface ReasonRule {
  /** Code points. */
  readonly minLength: number
  readonly hint: string | undefined
  /** `source` as in the config; `found` searches in linear time. */
  readonly pattern: { readonly source: string; found(text: string): boolean } | undefined
}

export interface TtlRule {
  readonly minMs: number
  readonly defaultMs: number
  readonly maxMs: number
  /** The most without a break, extensions counted; without it, each extension is bounded only by itself. */
  readonly maxTotalMs?: number | undefined
}

/** More people are told, because nobody answers. */
export interface Escalation {
  readonly afterMs: number
  /** Groups; a single person is a group of one, named by his id. */
  readonly to: readonly Group[]
  readonly channels: readonly string[]
  /** They may approve, too; otherwise they are only told. */
  readonly decide: boolean
}

/** So many different people of one group must be among those who agree. */
export interface Need {
  readonly from: Group
  readonly atLeast: number
}

/** Who may ask, who must agree, for how long. */
export interface Rule {
  readonly name: string
  readonly requesters: readonly Group[]
  /** `none`: granted at once; `approvers` is empty then and `quorum` 0. */
  readonly approval: 'people' | 'none'
  readonly approvers: readonly Group[]
  readonly quorum: number
  /** Empty in the short form, where it does not matter of which group they are. */
  readonly needs: readonly Need[]
  readonly limit: { readonly uses: number; readonly perMs: number } | undefined
  readonly purposes: readonly string[]
  readonly defaultPurpose: string | undefined
  readonly reason: ReasonRule
  readonly ttl: TtlRule
  readonly lapseMs: number
  /** After what time those who were asked are reminded, at growing distances; `undefined`: never. */
  readonly remindMs: number | undefined
  /** In the order of their time. */
  readonly escalate: readonly Escalation[]
  /** Where cards go; without it, to the policy's `requestsChannel`. */
  readonly channel: string | undefined
}

/** Who may take access at once, without approval; always told, always reviewed. */
export interface BreakGlassRule {
  readonly name: string
  readonly requesters: readonly Group[]
  readonly reason: ReasonRule
  readonly ttl: TtlRule
  /** Told at once, besides every approver of the ordinary rules and the security channel. */
  readonly notify: readonly Group[]
  readonly review: { readonly by: readonly Group[]; readonly withinMs: number }
  /** More uses than this in the rolling window alarm people; `undefined`: no number does. */
  readonly alarm: { readonly uses: number; readonly perMs: number } | undefined
}

/** One named, narrow access on a target, that can be asked for. */
export interface Entitlement {
  readonly id: string
  readonly title: string
  readonly target: Target
  readonly access: Json
  readonly rules: readonly Rule[]
  /** `undefined`: the glass cannot be broken for it. */
  readonly breakGlass: BreakGlassRule | undefined
}

/** All rules together: the whole of what people may do, frozen at start. */
export interface Policy {
  /** The slash command, `/breakglass` unless configured otherwise. */
  readonly command: string
  readonly securityChannel: string
  readonly requestsChannel: string | undefined
  readonly people: PeoplePolicy
  readonly groups: ReadonlyMap<string, Group>
  readonly targets: ReadonlyMap<string, Target>
  readonly rules: ReadonlyMap<string, Rule>
  readonly breakGlass: ReadonlyMap<string, BreakGlassRule>
  readonly entitlements: ReadonlyMap<string, Entitlement>
}

export interface PeoplePolicy {
  readonly subject: SubjectNaming
  readonly security: readonly Group[]
  /** Requests of one person: open at the same time, and in a rolling hour. */
  readonly limits: { readonly open: number; readonly perHour: number }
}

export type SubjectNaming =
  | { readonly kind: 'email'; readonly domains: readonly string[] }
  | { readonly kind: 'slack_id' }
  | { readonly kind: 'map'; readonly map: Readonly<Record<SlackId, Subject>> }

/** The account of a subject on a target; `undefined` where the config knows none. */
export function accountOf(subject: Subject, naming: AccountNaming): string | undefined {
  switch (naming.kind) {
    case 'subject':
      return subject
    case 'local_part':
      return subject.includes('@') ? subject.slice(0, subject.lastIndexOf('@')) : undefined
    case 'map':
      return Object.hasOwn(naming.map, subject) ? naming.map[subject] : undefined
  }
}

/** Everybody whom a rule lets approve, at once or after an escalation. */
export function decidersOf({ approvers, escalate }: Rule): readonly Group[] {
  return [...approvers, ...escalate.filter((step) => step.decide).flatMap((step) => step.to)]
}
