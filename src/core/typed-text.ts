import { accept, type Result, refuse } from './result.ts'

/** Code points a reason may have; longer ones are refused, never cut, so that approvers see all of it. */
export const MOST_REASON = 500
/** Code points a note may have: why something was denied or revoked. */
export const MOST_NOTE = 1_000

/**
 * Checks text that a person typed, and gives it in normal form C with each run of white space as one space. Control,
 * bidirectional and zero-width characters are refused: what an approver sees must be all that there is.
 */
export function checkText(typed: string, most: number): Result<string> {
  if (!typed.isWellFormed()) return refuse('text-unreadable', 'Part of that text is not readable: type it again.')
  const oneLine = typed.normalize('NFC').replace(/[\t\n\v\f\r\p{Z}]+/gu, ' ')
  const text = oneLine.replace(/^ | $/g, '') // not trim(), which would let a byte order mark pass unseen
  const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u.exec(text)
  if (hidden)
    return refuse('text-hidden', `That text has an invisible character (${codePoint(hidden[0])}): type it without.`)
  const length = [...text].length
  return length > most
    ? refuse('text-too-long', `That text has ${length} characters; at most ${most} fit. Say it shorter.`)
    : accept(text)
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
}
