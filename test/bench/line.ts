/** The lines of the table, in its order; then what stands beside it. */
export const LINES = [
  'throughput',
  'press',
  'expiry',
  'restart',
  'memory',
  'start',
  'notices',
  'limits',
  'profile',
] as const
export type LineName = (typeof LINES)[number]

/** One line of a table: what was to be reached, and what was measured. */
export interface Line {
  readonly what: string
  /** `undefined` where there is nothing to reach. */
  readonly reach: string | undefined
  readonly measured: string
  readonly reached: boolean | undefined
}

/** A line that only tells. */
export function plainLine(what: string, measured: string): Line {
  return { what, reach: undefined, measured, reached: undefined }
}
