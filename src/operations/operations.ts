import type { GrantId, RequestId, SlackId } from '../core/ids.ts'
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
}

export interface Ask extends Asked, Said {}

/** What the form needs to know of a rule that fits somebody now. */
export interface AskableRule {
  readonly name: string
  readonly approval: 'people' | 'none'
  /** Names of the approving groups, and how many different people must agree. */
  readonly approvers: readonly string[]
  readonly quorum: number
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
  approve(press: Press): Promise<void>
  deny(press: Press & { readonly note: string }): Promise<void>
  cancel(order: Order): Promise<void>
  endEarly(order: Order): Promise<void>
  /** `press` when the Revoke button was used; the reason is required in either case. */
  revokeGrant(order: Order & { readonly reason: string }): Promise<void>
  revokePerson(order: Said & { readonly whom: SlackId | 'all'; readonly reason: string }): Promise<void>
  mine(said: Said): Promise<void>
  /** Answers with what the person may ask for. */
  list(said: Said): Promise<void>
  /** What a person may ask for, from what is cached; for the form. Changes nothing. */
  askable(by: SlackId): Promise<Result<readonly Askable[]>>
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
  /** Answers a press with a refusal that is known already, and records it. */
  refusePress(said: Said & { readonly request: RequestId }, refusal: Refusal): Promise<void>
  /** Answers with a fixed sentence and changes nothing else. */
  reply(answer: { readonly inbox: string; readonly sentence: string }): Promise<void>
  /** Whether a person may decide about a request, from what is cached: to open a form or to say no at once. */
  mayDecide(by: SlackId, request: RequestId): Promise<Result<true>>
}
