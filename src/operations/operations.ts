import type { GrantId, RequestId, SlackId } from '../core/ids.ts'
import type { Places } from '../core/places.ts'
import type { Refusal, Result } from '../core/result.ts'

/** Somebody said something in Slack: who, by the signed payload, and the inbox row that waits for its answer. */
export interface Said {
  readonly by: SlackId
  readonly inbox: string
}

/** What is asked for, in one line or by the form. */
export interface Asked {
  readonly entitlement: string
  /** Milliseconds; the rule's default without it. */
  readonly ttlMs: number | undefined
  /** From the form; in one line it may stand in front of the words. */
  readonly purpose?: string | undefined
  /** The reason as typed; in one line all that follows the TTL. */
  readonly words: string
  /** A message in Slack that it is about. */
  readonly link?: string | undefined
}

export interface Ask extends Asked, Said {}

/** What the form needs to know of a rule that fits somebody now. */
export interface AskableRule {
  readonly name: string
  readonly approval: 'people' | 'none'
  /** Names of the approving groups, and how many different people must agree. */
  readonly approvers: readonly string[]
  readonly quorum: number
  /** How many of which group, where that matters. */
  readonly needs?: readonly Places[]
  readonly purposes: readonly string[]
  readonly defaultPurpose: string | undefined
  /** Milliseconds. */
  readonly ttl: { readonly minMs: number; readonly defaultMs: number; readonly maxMs: number }
  readonly reason: { readonly minLength: number; readonly hint: string | undefined }
}

/** An entitlement that somebody may really ask for. The first of its rules that has the chosen purpose counts. */
export interface Askable {
  readonly entitlement: string
  readonly title: string
  readonly target: string
  readonly rules: readonly AskableRule[]
}

/** What is taken at once, without approval. */
export interface GlassAsked extends Asked {
  readonly purpose: string
  /** The entitlement's id, typed in full. */
  readonly confirm: string
}

/** Somebody breaks the glass. Whatever he waits for of the same entitlement ends with it. */
export interface EmergencyAsk extends GlassAsked, Said {}

/** An entitlement for which somebody may break the glass; its only rule is the break-glass rule. */
export interface Breakable extends Askable {
  /** Names of the groups that are told. */
  readonly told: readonly string[]
  readonly review: { readonly by: readonly string[]; readonly withinMs: number }
}

/** What somebody may break the glass for. */
export interface BreakableNow {
  readonly found: readonly Breakable[]
  /** Entitlements of which nobody could tell just now whether he may. */
  readonly unknown: readonly string[]
}

/** What the form for a review shows. The requester writes what he did, somebody else what it comes to. */
export interface Reviewable {
  readonly role: 'requester' | 'reviewer'
  readonly request: RequestId
  readonly requester: SlackId
  readonly entitlement: string
  readonly title: string | undefined
  readonly target: string
  readonly reason: string
  readonly beganAt: number
  readonly expiresAt: number
  readonly dueAt: number
  /** What the requester wrote so far. */
  readonly account: string
}

/** More time for what somebody holds, named by the request that it came from. */
export interface MoreTime {
  readonly request: RequestId
  /** Milliseconds from approval; the rule's default without it. */
  readonly ttlMs: number | undefined
  /** The reason as typed. */
  readonly words: string
}

/** What the form for more time needs to know. `rule`: the one that counts, with the lengths that are possible now. */
export interface Extendable {
  readonly request: RequestId
  readonly grant: GrantId
  readonly expiresAt: number
  readonly entitlement: string
  readonly title: string
  readonly target: string
  readonly rule: AskableRule
}

/** A button was pressed on a copy of a card; everything but `by` comes from the button and is checked. */
export interface Press extends Said {
  readonly request: RequestId
  readonly copy: string
  readonly digest: string
  readonly channel: string
  readonly ts: string
  /** It was pressed on Home, which is no message; by what Slack has signed. */
  readonly home?: true | undefined
}

/** A request or grant was named, in a command (no `press`) or by a button. */
export interface Order extends Said {
  readonly request: RequestId
  readonly press: Press | undefined
}

/**
 * What can happen, for those who translate. Each commits its outcome together with the answer to the inbox row; a
 * refusal is an outcome. They throw only when something is broken, or `Busy`.
 */
export interface Operations {
  submit(ask: Ask): Promise<void>
  extend(order: Said & MoreTime): Promise<void>
  /** Breaks the glass: access at once, without approval, told to everybody. */
  emergency(ask: EmergencyAsk): Promise<void>
  /** Somebody who did not break it says what a use of broken glass comes to. */
  fileReview(press: Press & { readonly outcome: string; readonly note: string }): Promise<void>
  /** Who broke it writes what he did. */
  writeAccount(press: Press & { readonly account: string }): Promise<void>
  /** With `ttlMs`: for a shorter time than is agreed so far. */
  approve(press: Press & { readonly ttlMs?: number | undefined }): Promise<void>
  deny(press: Press & { readonly note: string }): Promise<void>
  /** It looked wrong to an approver, who is named in the audit log only. */
  looksWrong(press: Press): Promise<void>
  /** An approval in somebody's name was not his. */
  disown(press: Press): Promise<void>
  cancel(order: Order): Promise<void>
  endEarly(order: Order): Promise<void>
  /** The requester has those whom he asked reminded. */
  nudge(order: Order): Promise<void>
  /** `press` when the Revoke button was used; the reason is required in either case. */
  revokeGrant(order: Order & { readonly reason: string }): Promise<void>
  revokePerson(order: Said & { readonly whom: SlackId | 'all'; readonly reason: string }): Promise<void>
  /** Security people stop all new access; the reason is required. */
  pause(order: Said & { readonly reason: string }): Promise<void>
  /** One of the two security people whom it takes to give access again. */
  resume(order: Said & { readonly reason: string }): Promise<void>
  unfreeze(order: Said & { readonly whom: SlackId; readonly reason: string }): Promise<void>
  /** Slack said that a member changed: he may have left. Answers nobody. */
  personChanged(id: SlackId): Promise<void>
  /** Slack said that the members of a user group changed: security is told of whoever came or went. Answers nobody. */
  groupChanged(usergroup: string): Promise<void>
  mine(said: Said): Promise<void>
  /** Answers with what the person may ask for. */
  list(said: Said): Promise<void>
  /** What a person may ask for, from what is cached; for the form. Changes nothing. */
  askable(by: SlackId): Promise<Result<readonly Askable[]>>
  /** What a person may break the glass for, from what is cached; for the form. `wanted`: what he named. Changes nothing. */
  glassFor(by: SlackId, wanted?: string): Promise<Result<BreakableNow>>
  /** Whether the filled form to break the glass would be accepted, from config and cache; changes nothing. */
  wouldBreakGlass(by: SlackId, asked: GlassAsked): Promise<Result<true>>
  /** What the form for a review shows to somebody, from what is cached; changes nothing. */
  reviewable(by: SlackId, request: RequestId): Promise<Result<Reviewable>>
  /** Whether a filled form would be accepted, from config and cache; changes nothing. */
  wouldAccept(by: SlackId, asked: Asked): Promise<Result<true>>
  /** Whether somebody can have more time for a grant, from what is cached; for the form. Changes nothing. */
  extendable(by: SlackId, request: RequestId): Promise<Result<Extendable>>
  /** What a person, from what is cached, holds of an entitlement now, with the sentence that offers more time. */
  held(
    by: SlackId,
    entitlement: string,
  ): Promise<{ readonly request: RequestId; readonly sentence: string } | undefined>
  /** Whether a filled form for more time would be accepted, from config and cache; changes nothing. */
  wouldExtend(by: SlackId, more: MoreTime): Promise<Result<true>>
  /** Whether a request could be approved for this shorter time, from what is cached; changes nothing. */
  wouldShorten(by: SlackId, shorter: { readonly request: RequestId; readonly ttlMs: number }): Promise<Result<true>>
  /** Whether a person may take away what a request gave, from what is cached: to open a form or to say no at once. */
  mayRevoke(by: SlackId, request: RequestId): Promise<Result<true>>
  /** Answers a press with a refusal that is known already, and records it. */
  refusePress(said: Said & { readonly request: RequestId }, refusal: Refusal): Promise<void>
  /** Answers with a fixed sentence and changes nothing else. */
  reply(answer: { readonly inbox: string; readonly sentence: string }): Promise<void>
  /** Whether a person may decide about a request, from what is cached: to open a form or to say no at once. */
  mayDecide(by: SlackId, request: RequestId): Promise<Result<true>>
}
