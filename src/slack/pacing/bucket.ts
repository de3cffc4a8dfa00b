/** Calls that Slack bears: `burst` at once, then evenly so many a minute. */
export interface Rate {
  readonly perMinute: number
  readonly burst: number
}

/**
 * One of Slack's limits as we keep it. Starts full: after a restart at most one burst too many is sent, and Slack says so
 * with a 429. Instants in milliseconds.
 */
export class Bucket {
  readonly #rate: Rate
  #calls: number
  /** When `#calls` was right; in the future while Slack holds us back. */
  #at: number
  /** Turns given whose deliveries have not ended. */
  #turns = 0

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#calls = rate.burst
    this.#at = now
  }

  /** Whether one more turn can be given, and so many calls be left for what is more urgent. A full bucket always has room. */
  hasRoom(reserve: number, now: number): boolean {
    const wanted = Math.min(1 + reserve, this.#rate.burst)
    return now >= this.#at && this.#callsAt(now) - this.#turns >= wanted
  }

  beginTurn(): void {
    this.#turns += 1
  }

  endTurn(): void {
    this.#turns -= 1
  }

  /** A call is made. Below zero, when it had no turn, the next ones wait the longer: by one burst at most. */
  spend(now: number): void {
    if (now < this.#at) return
    this.#calls = Math.max(this.#callsAt(now) - 1, -this.#rate.burst)
    this.#at = now
  }

  /** Slack asked us to wait: nothing until then, and one call at first. */
  hold(until: number): void {
    if (until <= this.#at) return
    this.#calls = 1
    this.#at = until
  }

  /** How long Slack still wants us to wait; 0 when it does not. */
  heldMs(now: number): number {
    return Math.max(0, this.#at - now)
  }

  /** Whether it is as good as new. */
  isFull(now: number): boolean {
    return this.#turns === 0 && now >= this.#at && this.#callsAt(now) >= this.#rate.burst
  }

  #callsAt(now: number): number {
    return Math.min(this.#rate.burst, this.#calls + ((now - this.#at) * this.#rate.perMinute) / 60_000)
  }
}
