import { performance } from 'node:perf_hooks'
import type { Clock } from '../operations/ports.ts'

/** A wall clock that starts further behind the log than this has jumped. */
const TOLERATED_MS = 60_000

/** Where time comes from; tests put their own here. */
export interface TimeSources {
  /** Milliseconds since 1970, as the machine believes; may step either way. */
  wall(): number
  /** Milliseconds since any fixed instant; may stand still while the machine is suspended. */
  monotonic(): number
}

export interface StartOfTime {
  /** The newest instant in the log, if it holds any. */
  readonly newestRecorded: number | undefined
  /** An operator says that the wall clock is right, even if it is behind the log. */
  readonly confirmed: boolean
}

export interface StartedClock extends Clock {
  /** At start the wall clock was more than 60 s before the newest recorded instant: live grants have to go. */
  readonly jumped: boolean
  /** By how much it was before it, in milliseconds; 0 when it was not. */
  readonly behindMs: number
  /** No access may be given before this is true: no jump, confirmed, or the wall clock has reached the newest recorded instant. */
  caughtUp(): boolean
}

/** What the machine believes now, for the stamps of calls to others: it may step either way, and decides nothing here. */
export function wallClock(): number {
  return Date.now()
}

const machine: TimeSources = { wall: wallClock, monotonic: () => performance.now() }

/**
 * Time = max(wall clock, last reading + monotonic time passed). A step forward ends access early; a step back never
 * lengthens it. Starts no earlier than the newest recorded instant, so that what was due stays due, unless an operator
 * confirmed a wall clock that is far behind.
 */
export function startClock({ newestRecorded, confirmed }: StartOfTime, sources: TimeSources = machine): StartedClock {
  const newest = newestRecorded ?? Number.NEGATIVE_INFINITY
  const wallAtStart = sources.wall()
  const behindMs = Math.max(0, newest - wallAtStart)
  const jumped = behindMs > TOLERATED_MS
  let reading = jumped && confirmed ? wallAtStart : Math.max(wallAtStart, newest)
  let ticks = sources.monotonic()
  let caughtUp = !jumped || confirmed
  return {
    jumped,
    behindMs,
    now() {
      const wall = sources.wall() // before the monotonic one: what passes between the two must not count twice
      const passed = Math.max(0, sources.monotonic() - ticks)
      ticks += passed
      reading = Math.max(wall, reading + passed)
      return Math.floor(reading)
    },
    caughtUp() {
      caughtUp ||= sources.wall() >= newest
      return caughtUp
    },
  }
}
