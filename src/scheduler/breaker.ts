/** So many calls in a row that do not reach the target open its breaker. */
const OPENS_AFTER = 5
/** A probe that hangs holds the next one up no longer than this. */
const PROBE_MS = 2_000

/** What is known of one target: the calls in a row that did not reach it. */
export interface Breaker {
  readonly unreachable: number
}

export const CLOSED: Breaker = { unreachable: 0 }

export function isOpen(breaker: Breaker): boolean {
  return breaker.unreachable >= OPENS_AFTER
}

/** What is known after one more call. Any answer closes the breaker, a refusal too. */
export function heard(breaker: Breaker, reachable: boolean): Breaker {
  return reachable ? CLOSED : { unreachable: breaker.unreachable + 1 }
}

export interface LaneLoad {
  readonly concurrency: number
  /** When each delivery now in flight began. */
  readonly startedAt: readonly number[]
}

/**
 * How many more deliveries a target's lane may begin. An open breaker lets one probe through at a time, and another one
 * beside a probe that hangs; it never closes the lane altogether, so that no first revoke waits longer than that.
 */
export function roomUnder(breaker: Breaker, { concurrency, startedAt }: LaneLoad, now: number): number {
  const free = Math.max(0, concurrency - startedAt.length)
  if (!isOpen(breaker)) return free
  const probing = startedAt.some((at) => at > now - PROBE_MS)
  return probing ? 0 : Math.min(1, free)
}
