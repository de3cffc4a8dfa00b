import { performance } from 'node:perf_hooks'

/** How many deliveries may begin at a tick. Revokes always may. */
export interface Share {
  /** On each target. */
  readonly grants: number
  /** In all lanes of one kind of Slack's, so that no kind stands behind another. With 0 they are not even looked through. */
  readonly slack: number
}

const ALL = Number.POSITIVE_INFINITY
export const EVERYTHING: Share = { grants: ALL, slack: ALL }

/** What may follow at once when a delivery of that share has ended: revokes; grants only where nothing bounds them. */
export function following({ grants }: Share): Share {
  return { grants: grants === ALL ? ALL : 0, slack: 0 }
}

/** More than Slack's rates allow in the long run, and so few that a first burst of them holds nothing up. */
const CALM: Share = { grants: ALL, slack: 16 }
const CALM_BETWEEN: Share = { grants: ALL, slack: 0 }
/** Little by little. */
const STRAINED_SHARE: Share = { grants: 2, slack: 2 }
const STRAINED_BETWEEN: Share = { grants: 0, slack: 0 }

/** Nobody notices if Slack's lanes are looked through no more often. */
const EVERY_MS = 100
const EVERY_UNDER_STRAIN_MS = 250
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
 * Shares the process out. While it has time, all targets are served when it is due, and Slack a little later. While it is
 * at work all the time, what people decide and what takes access away go first, and the rest begins little by little, so
 * that it never stands still.
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
    if (now < this.#nextAt) return this.#strained ? STRAINED_BETWEEN : CALM_BETWEEN
    this.#strained = this.#atWork() > STRAINED
    this.#nextAt = now + (this.#strained ? EVERY_UNDER_STRAIN_MS : EVERY_MS)
    return this.#strained ? STRAINED_SHARE : CALM
  }

  /** How long until more may begin than the last share allowed. */
  msToMore(now: number): number {
    return Math.max(0, this.#nextAt - now)
  }
}
