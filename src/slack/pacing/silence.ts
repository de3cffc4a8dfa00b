/** So many calls in a row without an answer mean that Slack is away, and not that one message is poison. */
const SILENT_AFTER = 5
/** While it is away one delivery tries, so often. */
const TRY_EVERY_MS = 5_000

/** Whether Slack answers at all. While it does not, what waits is left alone, so that all of it is still due when Slack is back. */
export class Silence {
  #missed = 0
  #nextTryAt = 0

  /** Whether a call can be worth it now. */
  mayTry(now: number): boolean {
    return this.#missed < SILENT_AFTER || now >= this.#nextTryAt
  }

  tries(now: number): void {
    this.#nextTryAt = now + TRY_EVERY_MS
  }

  missed(): void {
    this.#missed += 1
  }

  /** Any answer ends it, a refusal too. */
  answered(): void {
    this.#missed = 0
  }
}
