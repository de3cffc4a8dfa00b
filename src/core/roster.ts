import type { SlackId } from './ids.ts'

/** Who was in a group when it was last looked at: what differs the next time is told to security. */
export interface Roster {
  readonly group: string
  /** Sorted. */
  readonly members: readonly SlackId[]
  readonly at: number
}
