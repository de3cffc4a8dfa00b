/** So many calls in a row without an answer mean that Slack is away, and not that one message is poison. */
const SILENT_AFTER = 5
/** While it is away one delivery tries, so often. */
const TRY_EVERY_MS = 5_000

/** Whether Slack answers at all. While it does not, what waits is left alone, so that all of it is still due when Slack is back. */
export class Silence {
  #missed = 0
  #calls = 0
  #nextTryAt = 0

  /** Whether a call can be worth it now. */
  mayTry(now: number): boolean {
    return this.#missed < SILENT_AFTER || now >= this.#nextTryAt
  }

  /**
   * A delivery may call. Gives what to do when it has ended: if it found nothing to call for, it has not found out whether
   * Slack is back, and the next one tries at once. Thousands of such deliveries wait when the end of access outruns its
   * warning.
   */
  tries(now: number): () => void {
    const calls = this.#calls
    const nextTryAt = now + TRY_EVERY_MS
    this.#nextTryAt = nextTryAt
    return () => {
      if (this.#calls === calls && this.#nextTryAt === nextTryAt) this.#nextTryAt = now
    }
  }

  /** A call is about to be made. */
  calls(): void {
    this.#calls += 1
  }

  missed(): void {
    this.#missed += 1
  }

  /** Any answer ends it, a refusal too. */
  answered(): void {
    this.#missed = 0
  }
}
