import { setTimeout as sleep } from 'node:timers/promises'

/** How long it is waited for when the bot stops; what has not ended by then is resumed at the next start. */
const LAST_WORDS_MS = 5_000

/** Work that has begun and must be waited for before the bot stops. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>()

  /** `work` handles its own errors. */
  add(work: Promise<unknown>): void {
    this.#work.add(work)
    void work.finally(() => this.#work.delete(work)).catch(() => undefined)
  }

  /** Resolves when all of it has ended, also what was added meanwhile, or when it has had that long. */
  async settled(withinMs = LAST_WORDS_MS): Promise<void> {
    const late = new AbortController()
    const timeUp = sleep(withinMs, 'late', { signal: late.signal }).catch(() => 'late')
    while (this.#work.size > 0) {
      if ((await Promise.race([Promise.allSettled(this.#work), timeUp])) === 'late') break
    }
    late.abort()
  }
}
