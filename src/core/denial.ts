import { instant } from './granting.ts'
import { accept, type Result, refuse } from './result.ts'

const FIRST_MS = 2 * 60_000
const MOST_MS = 2 * 3_600_000

/** Denials are counted for so long. */
export const DENIALS_COUNT_MS = 24 * 3_600_000

/**
 * Whether what was denied may be asked again: after 2 minutes, after the next denial 4, then 8 … at most two hours, so
 * that nobody is asked until he is tired of saying no.
 *
 * @param deniedAt of the same entitlement and purpose, in the last day
 */
export function afterDenials(deniedAt: readonly number[], now: number): Result<true> {
  if (deniedAt.length === 0) return accept(true)
  const waitMs = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(deniedAt.length - 1, 10))
  const fromAt = Math.max(...deniedAt) + waitMs
  if (now >= fromAt) return accept(true)
  return refuse(
    'denied-lately',
    `This was denied ${deniedAt.length === 1 ? 'a moment ago' : `${deniedAt.length} times in the last day`}. It can be asked again from ${instant(fromAt)} on. If it cannot wait, talk to those who denied it.`,
  )
}
