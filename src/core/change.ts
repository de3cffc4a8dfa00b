import type { Copy } from './copy.ts'
import type { Effect } from './effect.ts'
import type { Actor, EventDraft } from './event.ts'
import type { Freeze, Pin } from './freeze.ts'
import type { Grant } from './grant.ts'
import type { Holding } from './holding.ts'
import type { RequestId, SlackId, Subject } from './ids.ts'
import type { Pause } from './pause.ts'
import type { Request } from './request.ts'
import type { Review } from './review.ts'
import type { Roster } from './roster.ts'

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
  | { readonly kind: 'not-paused' }
  /** The group was looked at last at that instant; `null`: never. */
  | { readonly kind: 'roster-from'; readonly group: string; readonly at: number | null }
  /** Neither of somebody's names is frozen. */
  | { readonly kind: 'not-frozen'; readonly keys: readonly (Subject | SlackId)[] }
  /** What is remembered under the key is still that; `null`: nothing. */
  | { readonly kind: 'noted'; readonly key: string; readonly value: string | null }
  /** He owes no review that is overdue, under any subject that he had. */
  | { readonly kind: 'reviews-in-time'; readonly subject: Subject; readonly now: number }

/** The outcome of one attempt at an effect. Applied only while the claim's epoch still matches. */
export interface Settlement {
  readonly delivery: number
  readonly epoch: number
  /** `null`: done. Otherwise it is tried again, not before this instant. */
  readonly againAt: number | null
}

/** Lifts the freezes of one key that were seen, and no other. Stale state when there is one more, or one less. */
export interface Thaw {
  readonly key: Subject | SlackId
  readonly at: number
  readonly by: Actor
  /** How many of them were seen, and when the newest of them came. */
  readonly count: number
  readonly newestAt: number
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
  readonly reviews?: readonly Review[]
  /** Subjects seen for the first time. Stale state where the member has another one. */
  readonly pins?: readonly Pin[]
  /** Members whose subject security has confirmed: their pin is replaced. */
  readonly repins?: readonly Pin[]
  readonly freezes?: readonly Freeze[]
  /** Freezes that security lifts. */
  readonly thaws?: readonly Thaw[]
  readonly pauses?: readonly Pause[]
  readonly rosters?: readonly Roster[]
  /** Small facts to remember, by key. */
  readonly notes?: readonly { readonly key: string; readonly value: string }[]
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
    reviews: changes.flatMap((change) => change.reviews ?? []),
    pins: changes.flatMap((change) => change.pins ?? []),
    repins: changes.flatMap((change) => change.repins ?? []),
    freezes: changes.flatMap((change) => change.freezes ?? []),
    thaws: changes.flatMap((change) => change.thaws ?? []),
    pauses: changes.flatMap((change) => change.pauses ?? []),
    rosters: changes.flatMap((change) => change.rosters ?? []),
    notes: changes.flatMap((change) => change.notes ?? []),
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
