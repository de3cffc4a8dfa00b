import type { RequestId, SlackId } from '../core/ids.ts'
import type { Result } from '../core/result.ts'

/** Somebody said something in Slack: who, by the signed payload, and the inbox row that waits for its answer. */
export interface Said {
  readonly by: SlackId
  readonly inbox: string
}

/** A one-line request as typed: `words` is what follows the TTL, still with a possible purpose in front. */
export interface Ask extends Said {
  readonly entitlement: string
  /** Milliseconds; the rule's default without it. */
  readonly ttlMs: number | undefined
  readonly words: string
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
  approve(press: Press): Promise<void>
  deny(press: Press & { readonly note: string }): Promise<void>
  cancel(order: Order): Promise<void>
  endEarly(order: Order): Promise<void>
  /** `press` when the Revoke button was used; the reason is required in either case. */
  revokeGrant(order: Order & { readonly reason: string }): Promise<void>
  revokePerson(order: Said & { readonly whom: SlackId | 'all'; readonly reason: string }): Promise<void>
  mine(said: Said): Promise<void>
  /** Answers with a fixed sentence and changes nothing else. */
  reply(answer: { readonly inbox: string; readonly sentence: string }): Promise<void>
  /** Whether a person may decide about a request, from what is cached: to open a form or to say no at once. */
  mayDecide(by: SlackId, request: RequestId): Promise<Result<true>>
}
