import type { Log } from '../operations/ports.ts'

/** Something done every so often that nobody waits for. */
export interface Chore {
  readonly name: string
  readonly everyMs: number
  run(now: number, signal: AbortSignal): Promise<unknown>
}

/** Runs chores beside the loop: a slow or failing one delays nothing, and none overlaps itself. */
export class Chores {
  readonly #log: Log
  readonly #dueAt: Map<Chore, number>
  readonly #running = new Map<Chore, Promise<void>>()
  readonly #abort = new AbortController()

  constructor(chores: readonly Chore[], log: Log) {
    this.#log = log
    this.#dueAt = new Map(chores.map((chore) => [chore, Number.NEGATIVE_INFINITY]))
  }

  /** Begins those whose time has come; each for the first time at once. */
  begin(now: number): void {
    for (const [chore, dueAt] of this.#dueAt) {
      if (now < dueAt || this.#running.has(chore)) continue
      this.#dueAt.set(chore, now + chore.everyMs)
      const done = () => void this.#running.delete(chore)
      this.#running.set(chore, this.#run(chore, now).finally(done))
    }
  }

  async #run(chore: Chore, now: number): Promise<void> {
    try {
      await chore.run(now, this.#abort.signal)
    } catch (err) {
      this.#log.error({ err, chore: chore.name }, 'chore failed')
    }
  }

  /** What is under way; none of them rejects. */
  running(): readonly Promise<void>[] {
    return [...this.#running.values()]
  }

  abort(): void {
    this.#abort.abort()
  }
}
