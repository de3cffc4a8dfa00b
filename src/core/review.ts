import type { GrantId, RequestId, SlackId, Subject } from './ids.ts'

export const OUTCOMES = ['justified', 'not-justified', 'drill'] as const
/** What a review comes to. */
export type Outcome = (typeof OUTCOMES)[number]

interface ReviewFacts {
  /** The request by which the glass was broken. */
  readonly request: RequestId
  readonly grant: GrantId
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly requester: SlackId
  readonly subject: Subject
  readonly entitlement: string
  /** The break-glass rule, which says who reviews. */
  readonly rule: string
  readonly openedAt: number
  readonly dueAt: number
  /** Reminders so far. */
  readonly reminded: number
  /** When it was called overdue; `null`: it is not. */
  readonly overdueAt: number | null
  /** What the requester wrote that he did; empty until he does. */
  readonly account: string
  readonly accountAt: number | null
}

export type OwedReview = ReviewFacts & { readonly state: 'owed' }
export type FiledReview = ReviewFacts & {
  readonly state: 'filed'
  readonly outcome: Outcome
  readonly note: string
  readonly by: SlackId
  readonly byName: string
  readonly filedAt: number
}

/** The look back that breaking the glass owes. */
export type Review = OwedReview | FiledReview
