import type { RequestId } from './ids.ts'

/**
 * Whom a message about a request is for, and so how it is drawn: the card for those who decide; the requester's own; the
 * receipt for who approved; the loud one for those who are told that the glass was broken.
 */
export const AUDIENCES = ['approvers', 'requester', 'receipt', 'glass'] as const
export type Audience = (typeof AUDIENCES)[number]

/** A message about a request that is not posted yet. */
export function newCopy(
  facts: Pick<Copy, 'id' | 'request' | 'audience' | 'destination'> & Partial<Pick<Copy, 'thread' | 'stepMs'>>,
): Copy {
  return { version: 0, channel: null, ts: null, thread: null, stepMs: 0, failed: null, ...facts }
}

/** One posted message about a request. Its id is committed before posting and stands in its buttons. */
export interface Copy {
  /** Random and opaque. */
  readonly id: string
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly request: RequestId
  readonly audience: Audience
  /** Where it is posted: a channel's id, or a person's for a DM. */
  readonly destination: string
  /** The conversation and message that Slack answered with; `null` until recorded. */
  readonly channel: string | null
  readonly ts: string | null
  /** The message in whose thread it is posted; `null`: it stands by itself. */
  readonly thread: string | null
  /** The escalation step that it was posted for, in milliseconds after the request; 0: at once. */
  readonly stepMs: number
  /** What Slack said of why it can never be posted; `null`: nothing, or not yet. */
  readonly failed: string | null
}
