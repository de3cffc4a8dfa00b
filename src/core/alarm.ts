import type { Change } from './change.ts'
import type { GrantId, RequestId } from './ids.ts'

/** What people are alarmed about, for as long as it lasts. */
export type Alarm =
  /** A target does not confirm that access is gone. */
  | { readonly about: 'stuck'; readonly target: string }
  /** The clock stood before what was recorded, so no access is given. */
  | { readonly about: 'clock' }
  /** The glass was broken under a rule more often than it allows. */
  | { readonly about: 'glass'; readonly rule: string }

/** Access that is not taken away. */
export interface StuckGrant {
  readonly grant: GrantId
  readonly request: RequestId
  readonly entitlement: string
  /** When the access had to end. */
  readonly endAt: number
  /** When taking it away began; `null` while it has not. */
  readonly revokingAt: number | null
  /** Attempts to take it away that failed since its last change. */
  readonly attempts: number
}

/** How things stand with access on one target. */
export interface Stuck {
  readonly count: number
  /** When the last of them was called stuck; 0 for those that only lost their target. */
  readonly newestAt: number
  /** Those that should have ended first. */
  readonly oldest: readonly StuckGrant[]
}

/** What is wrong now. `lost`: the config has no such target any more, so nothing there can be taken away. */
export type Standing =
  | { readonly about: 'stuck'; readonly target: string; readonly lost: boolean; readonly stuck: Stuck }
  | { readonly about: 'clock' }
  | {
      readonly about: 'glass'
      readonly rule: string
      readonly uses: number
      readonly limit: number
      readonly perMs: number
    }

const FIRST_MS = 60_000
const MOST_MS = 3_600_000

/** Alarms are one if this is equal: for the outbox, and for a pager that puts messages about one thing together. */
export function alarmKey(alarm: Alarm): string {
  switch (alarm.about) {
    case 'stuck':
      return `stuck:${alarm.target}`
    case 'glass':
      return `glass:${alarm.rule}`
    case 'clock':
      return 'clock'
  }
}

/** Alarms people now, and again as long as it lasts. Raised again it is the same alarm, which is then looked at at once. */
export function raise(alarm: Alarm, now: number): Change {
  return { effects: [{ kind: 'alarm', alarm, since: now, told: 0, toldAt: now, newestAt: 0, count: 0, dueAt: now }] }
}

/** How long after it was told so many times an alarm is told again: 1 min, 2, 4 … at most an hour. */
export function repeatMs(told: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(told - 1, 10))
}
