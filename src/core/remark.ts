/**
 * What a check of the set-up found. `fault`: the bot would not work, or not safely; `finding`: worth knowing; `ok`:
 * looked at, and well.
 */
export interface Remark {
  readonly level: 'fault' | 'finding' | 'ok'
  /** What was looked at: a key of the config, a variable, a file. */
  readonly where: string
  readonly what: string
  /** What to do about it. */
  readonly fix: string | null
}

export function well(where: string, what: string): Remark {
  return { level: 'ok', where, what, fix: null }
}
