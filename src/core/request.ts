import type { GrantId, RequestId, SlackId, Subject } from './ids.ts'
import type { Terms } from './terms.ts'

/** One person's yes. One human has one voice, however many Slack accounts or groups he has. */
export interface Approval {
  readonly subject: Subject
  readonly by: SlackId
  readonly name: string
  readonly at: number
  /**
   * Deciding groups that he was in when he pressed: all where it matters of which he is, else enough to let him in.
   * `null` where an older version did not note it.
   */
  readonly groups: readonly string[] | null
  /** The shorter time that he agreed to, in milliseconds; `null`: the whole of it. */
  readonly ttlMs: number | null
}

interface RequestFacts {
  readonly id: RequestId
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly terms: Terms
  /** SHA-256 of the canonical terms, hex; every button of its cards carries it. */
  readonly digest: string
  /** As typed, checked; shown in plain-text elements only. */
  readonly reason: string
  readonly requesterName: string
  /** The grant that it asks more time for. No part of the terms: when that has ended, the request is like any other. */
  readonly extends: GrantId | null
  /** A message in Slack that it is about; `null`: none. */
  readonly link: string | null
  readonly openedAt: number
  readonly lapsesAt: number
  /** Members of the approving Slack user groups when the request was opened, by group name. */
  readonly membersAtOpening: Readonly<Record<string, readonly SlackId[]>>
  /** When the members of a schedule's group were looked up, by group name: what the card says may be a little old. */
  readonly knownAt: Readonly<Record<string, number>>
  /**
   * How far those who are asked have got: steps after at most so many milliseconds were told and are in force, also when
   * that was earlier, because somebody before them could not be reached.
   */
  readonly escalatedMs: number
  /** Reminders that time brought. */
  readonly reminded: number
  /** Reminders that the requester asked for, and when he did last. */
  readonly nudges: number
  readonly nudgedAt: number | null
  readonly approvals: readonly Approval[]
}

/** By its requester; because he left; because he broke the glass instead; or because an approval in it was not real. */
export type CancelCause = 'requester' | 'leaver' | 'emergency' | 'disowned'

export type LapseCause = 'too-late' | 'terms-changed'

/** What people decide. */
export type Request = RequestFacts &
  (
    | { readonly state: 'pending' }
    | { readonly state: 'approved'; readonly approvedAt: number }
    | {
        readonly state: 'denied'
        readonly deniedAt: number
        readonly by: SlackId
        readonly byName: string
        readonly note: string
        /** It looked wrong to an approver, who is not named in public. */
        readonly looksWrong: boolean
      }
    | { readonly state: 'cancelled'; readonly cancelledAt: number; readonly why: CancelCause }
    | { readonly state: 'lapsed'; readonly lapsedAt: number; readonly cause: LapseCause }
  )

export const REQUEST_STATES = ['pending', 'approved', 'denied', 'cancelled', 'lapsed'] as const

export type PendingRequest = Extract<Request, { state: 'pending' }>
