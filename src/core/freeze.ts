import type { RequestId, SlackId, Subject } from './ids.ts'

/** Nothing is given to somebody who is frozen, until security lifts it. */
export interface Freeze {
  /** A subject or a Slack id: whoever has either is frozen. */
  readonly key: Subject | SlackId
  readonly at: number
  readonly by: SlackId | 'system'
  readonly why: 'looks-wrong' | 'subject-changed' | 'disowned'
  /** The request that looked wrong, or in which an approval was not real. */
  readonly request: RequestId | null
}

/** The subject that a Slack member had when he was first seen. */
export interface Pin {
  readonly id: SlackId
  readonly subject: Subject
  readonly at: number
}
