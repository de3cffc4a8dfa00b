import { type Change, nothing } from './change.ts'
import type { Liveness, Weakness } from './liveness.ts'

/** What the last sweep found, in the store: a list of `Weakness`. */
export const LIVENESS_NOTE = 'liveness'

/** So many are told in one message, which Slack must take whole. */
const MOST_TOLD = 8
const MOST_LENGTH = 380

const WELL = 'All well again: every entitlement can be asked for, and has enough approvers whom a message reaches.'
const WEAK = 'Some of this could not be approved tonight. It stays so until somebody mends it:'

/**
 * What a sweep comes to: the security channel is told once of what it found, and again when that changes. Where a look-up
 * failed, what was found before still counts.
 *
 * @param before the note of the last sweep; `undefined`: there was none
 */
export function liveness(
  before: string | undefined,
  { found, unknown }: Liveness,
  { channel, now }: { readonly channel: string; readonly now: number },
): Change {
  const earlier = read(before)
  const kept = earlier.filter(({ where }) => unknown.includes(where))
  const all = [...found, ...kept]
  if (before !== undefined && newsOf(all) === newsOf(earlier)) return nothing
  if (all.length === 0 && unknown.length > 0) return nothing // well again, or not: that is told when it is known
  const note: Change = { notes: [{ key: LIVENESS_NOTE, value: JSON.stringify(all) }] }
  if (all.length === 0 && earlier.length === 0) return note
  const sentence = all.length === 0 ? WELL : told(all)
  return { ...note, effects: [{ kind: 'say', person: channel, sentence, key: `liveness:${now}`, dueAt: now }] }
}

/** What is new about them: not how people are called. */
function newsOf(weaknesses: readonly Weakness[]): string {
  const keys = weaknesses.map(({ where, fix, about }) => JSON.stringify([where, fix, [...about].sort()]))
  return keys.sort().join('\n')
}

function told(weaknesses: readonly Weakness[]): string {
  const lines = weaknesses.slice(0, MOST_TOLD).map(lineOf)
  const more = weaknesses.length - lines.length
  return [WEAK, ...lines, ...(more > 0 ? [`• and ${more} more: run “breakglass check” to see them`] : [])].join('\n')
}

function lineOf({ where, what, fix }: Weakness): string {
  const line = `• ${where}: ${what}.${fix === null ? '' : ` ${fix}`}`
  return line.length > MOST_LENGTH ? `${line.slice(0, MOST_LENGTH)}… (see “breakglass check”)` : line
}

/** Our own note, so its form is known. */
function read(note: string | undefined): readonly Weakness[] {
  return note === undefined ? [] : (JSON.parse(note) as Weakness[])
}
