import type { Copy } from './copy.ts'
import type { Effect } from './effect.ts'
import type { EventDraft } from './event.ts'
import type { Grant } from './grant.ts'
import type { Holding } from './holding.ts'
import type { RequestId, Subject } from './ids.ts'
import type { Request } from './request.ts'

/** A fact beyond the changed rows that the decision relied on; checked in the same transaction. One that fails is stale state. */
export type Guard =
  | { readonly kind: 'open-requests-below'; readonly subject: Subject; readonly limit: number }
  | {
      readonly kind: 'requests-since-below'
      readonly subject: Subject
      readonly since: number
      readonly limit: number
    }
  | {
      readonly kind: 'uses-below'
      readonly subject: Subject
      readonly rule: string
      readonly since: number
      readonly limit: number
    }
  /** Another granting or active grant leans on the holding. */
  | { readonly kind: 'holding-needed'; readonly holding: string; readonly besides: string }
  /** No other granting or active grant leans on the holding. */
  | { readonly kind: 'holding-free'; readonly holding: string; readonly besides: string }

/** The outcome of one attempt at an effect. Applied only while the claim's epoch still matches. */
export interface Settlement {
  readonly delivery: number
  readonly epoch: number
  /** `null`: done. Otherwise it is tried again, not before this instant. */
  readonly againAt: number | null
}

/**
 * Everything that one decision changes; committed whole or not at all. Rows carry the version that was read, and are
 * stored with the next one.
 */
export interface Change {
  readonly requests?: readonly Request[]
  readonly grants?: readonly Grant[]
  readonly holdings?: readonly Holding[]
  readonly copies?: readonly Copy[]
  readonly events?: readonly EventDraft[]
  readonly effects?: readonly Effect[]
  /** Requests whose copies all have to be drawn again. */
  readonly redraws?: readonly { readonly request: RequestId; readonly at: number }[]
  readonly guards?: readonly Guard[]
  /** The inbox row that this answers, with the sentence its sender reads. */
  readonly answers?: { readonly inbox: string; readonly at: number; readonly sentence: string }
  readonly settles?: Settlement
}

export const nothing: Change = {}

/** All of several changes as one. At most one of them may answer, and one settle. */
export function merge(...changes: readonly Change[]): Change {
  const answers = changes.find((change) => change.answers)?.answers
  const settles = changes.find((change) => change.settles)?.settles
  return {
    requests: changes.flatMap((change) => change.requests ?? []),
    grants: changes.flatMap((change) => change.grants ?? []),
    holdings: changes.flatMap((change) => change.holdings ?? []),
    copies: changes.flatMap((change) => change.copies ?? []),
    events: changes.flatMap((change) => change.events ?? []),
    effects: changes.flatMap((change) => change.effects ?? []),
    redraws: changes.flatMap((change) => change.redraws ?? []),
    guards: changes.flatMap((change) => change.guards ?? []),
    ...(answers ? { answers } : {}),
    ...(settles ? { settles } : {}),
  }
}

/** Appends an audit event, and tells the security channel of it. */
export function record(event: EventDraft): Change {
  return { events: [event], effects: [{ kind: 'feed', dueAt: event.at }] }
}
