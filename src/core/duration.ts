const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** The longest length that is read, one year: anything longer is a slip of the finger. */
const MOST_MS = 366 * 86_400_000

/** Reads `90s`, `15m`, `1h30m`, `7d` into milliseconds. A bare number, a sign, a fraction, zero or units out of order are `undefined`. */
export function parseDuration(typed: string): number | undefined {
  const match = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(typed)
  if (!match || typed === '') return undefined
  const ms = UNITS.reduce((sum, [, unit], index) => sum + Number(match[index + 1] ?? 0) * unit, 0)
  return ms > 0 && ms <= MOST_MS ? ms : undefined
}

/** Writes milliseconds the way config and commands spell them: `15m`, `1h30m`. Fractions of a second are dropped. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.trunc(ms))
  const parts = UNITS.map(([name, unit]) => {
    const count = Math.trunc(rest / unit)
    rest -= count * unit
    return count > 0 ? `${count}${name}` : ''
  })
  return parts.join('') || '0s'
}
