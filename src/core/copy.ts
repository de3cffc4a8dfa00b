import type { RequestId } from './ids.ts'

/** One posted copy of a request's card. Its id is committed before posting and stands in its buttons. */
export interface Copy {
  /** Random and opaque. */
  readonly id: string
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly request: RequestId
  readonly audience: 'approvers' | 'requester'
  /** Where it is posted: a channel's id, or a person's for a DM. */
  readonly destination: string
  /** The conversation and message that Slack answered with; `null` until recorded. */
  readonly channel: string | null
  readonly ts: string | null
}
