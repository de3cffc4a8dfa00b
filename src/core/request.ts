import type { GrantId, RequestId, SlackId, Subject } from './ids.ts'
import type { Terms } from './terms.ts'

/** One person's yes. One human has one voice, however many Slack accounts or groups he has. */
export interface Approval {
  readonly subject: Subject
  readonly by: SlackId
  readonly name: string
  readonly at: number
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
  readonly openedAt: number
  readonly lapsesAt: number
  /** Members of the approving Slack user groups when the request was opened, by group name. */
  readonly membersAtOpening: Readonly<Record<string, readonly SlackId[]>>
  readonly approvals: readonly Approval[]
}

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
      }
    | { readonly state: 'cancelled'; readonly cancelledAt: number }
    | { readonly state: 'lapsed'; readonly lapsedAt: number; readonly cause: LapseCause }
  )

export const REQUEST_STATES = ['pending', 'approved', 'denied', 'cancelled', 'lapsed'] as const

export type PendingRequest = Extract<Request, { state: 'pending' }>
