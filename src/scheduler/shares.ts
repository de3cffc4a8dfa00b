import { performance } from 'node:perf_hooks'

/** What may begin at a tick. Revokes always may. */
export interface Share {
  /** How many other deliveries. */
  readonly others: number
  /** Whether Slack's lanes are looked through. */
  readonly slack: boolean
}

export const EVERYTHING: Share = { others: Number.POSITIVE_INFINITY, slack: true }
const ALL_TARGETS: Share = { others: Number.POSITIVE_INFINITY, slack: false }
/** Under strain: little by little. */
const A_FEW: Share = { others: 8, slack: true }
const REVOKES_ONLY: Share = { others: 0, slack: false }

/** Slack's lanes may be thousands: nobody notices if they are looked through no more often. */
const EVERY_MS = 50
const EVERY_UNDER_STRAIN_MS = 100
/** A process that is at work for more of its time than this cannot do all at once. */
const STRAINED = 0.9

/** The part of the time, since it was last asked, in which the process was at work: 0 to 1. */
export type AtWork = () => number

function ofEventLoop(): AtWork {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  }
}

/**
 * Shares the process out. While it has time, everything begins when it is due. While it is at work all the time, what
 * people decide and what takes access away go first, and the rest begins little by little, so that it never stands still.
 */
export class Shares {
  readonly #atWork: AtWork
  #strained = false
  #nextAt = Number.NEGATIVE_INFINITY

  constructor(atWork: AtWork = ofEventLoop()) {
    this.#atWork = atWork
  }

  /** What may begin now. Instants in milliseconds. */
  at(now: number): Share {
    if (now < this.#nextAt) return this.#strained ? REVOKES_ONLY : ALL_TARGETS
    this.#strained = this.#atWork() > STRAINED
    this.#nextAt = now + (this.#strained ? EVERY_UNDER_STRAIN_MS : EVERY_MS)
    return this.#strained ? A_FEW : EVERYTHING
  }

  /** How long until more may begin than the last share allowed. */
  msToMore(now: number): number {
    return Math.max(0, this.#nextAt - now)
  }
}
