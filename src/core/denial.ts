import { instant } from './granting.ts'
import { accept, type Result, refuse } from './result.ts'

const FIRST_MS = 2 * 60_000
const MOST_MS = 2 * 3_600_000

/** Denials are counted for so long. */
export const DENIALS_COUNT_MS = 24 * 3_600_000

/** One deny: when, and of which words. */
export interface Denial {
  readonly at: number
  readonly reasonHash: string
}

/**
 * Whether what was denied may be asked again: in the same words after 2 minutes, after the next denial 4, then 8 … at most
 * two hours, so that nobody is asked until he is tired of saying no. Who says more than before may ask one denial sooner,
 * so that “name the incident” can be followed at once.
 *
 * @param denials of the same entitlement and purpose, in the last day
 */
export function afterDenials(denials: readonly Denial[], reasonHash: string, now: number): Result<true> {
  const isSaidAgain = denials.some((denial) => denial.reasonHash === reasonHash)
  const counted = isSaidAgain ? denials.length : denials.length - 1
  if (counted <= 0) return accept(true)
  const waitMs = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(counted - 1, 10))
  const fromAt = Math.max(...denials.map(({ at }) => at)) + waitMs
  if (now >= fromAt) return accept(true)
  const often = denials.length === 1 ? 'a moment ago' : `${denials.length} times in the last day`
  const other = isSaidAgain && denials.length === 1 ? ' With another reason it can be asked now.' : ''
  return refuse(
    'denied-lately',
    `This was denied ${often}. It can be asked again from ${instant(fromAt)} on.${other} If it cannot wait, talk to those who denied it.`,
  )
}
