import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Clock } from '../operations/ports.ts'
import { failureOf } from './slack-error.ts'

/** How long somebody waits for an answer while Slack holds us back. */
const PATIENCE_MS = 30_000
/** How many answers are kept: the oldest go first. */
const MOST_KEPT = 20_000

/** Slack did not answer in time. */
class OutOfPatience extends Error {
  override readonly name = 'OutOfPatience'
}

export interface Reading<Value> {
  readonly value: Value
  /** When the read began that gave it. */
  readonly at: number
}

/** One key's reads: the one that runs, and the one after it, which has not begun and serves whoever asks now. */
interface Lane<Value> {
  running: Promise<Reading<Value>> | undefined
  next: Promise<Reading<Value>> | undefined
  lastBegan: number
  /** Counts what was forgotten: a read begun before that is not kept. */
  forgotten: number
}

export interface ReadsOptions<Value> {
  readonly read: (key: string) => Promise<Value>
  readonly clock: Clock
  /** One read of a key begins so many milliseconds after another, at the earliest. */
  readonly gapMs: number
  readonly sleep?: (ms: number) => Promise<unknown>
  /** After a failure nobody who takes an older answer asks again for so long; 0 without it. */
  readonly restAfterFailureMs?: number
}

/**
 * Reads of one Slack method, by key. A read begun after a question serves every question asked before it began, and
 * reads of one key never overlap. After a 429 no read begins before Slack allows it.
 */
export class FreshReads<Value> {
  readonly #options: ReadsOptions<Value>
  readonly #lanes = new Map<string, Lane<Value>>()
  readonly #kept = new Map<string, Reading<Value>>()
  /** When the last read of a key failed, and how. */
  readonly #failed = new Map<string, { readonly at: number; readonly error: unknown }>()
  #heldUntil = -Infinity

  constructor(options: ReadsOptions<Value>) {
    this.#options = options
  }

  /** An answer of up to so many milliseconds ago. */
  kept(key: string, mostMs: number): Reading<Value> | undefined {
    const reading = this.#kept.get(key)
    return reading && this.#options.clock.now() - reading.at <= mostMs ? reading : undefined
  }

  /** What is known of the key may be wrong from now on. */
  forget(key: string): void {
    this.#kept.delete(key)
    const lane = this.#lanes.get(key)
    if (lane) lane.forgotten++
  }

  /** What is known of keys with such an answer may be wrong from now on, and so may answers that are under way. */
  forgetWhere(isIt: (value: Value) => boolean): void {
    const kept = [...this.#kept].filter(([, { value }]) => isIt(value)).map(([key]) => key)
    const running = [...this.#lanes].filter(([, lane]) => lane.running).map(([key]) => key)
    for (const key of kept) this.forget(key)
    for (const key of running) this.#lane(key).forgotten++
  }

  /**
   * An answer whose read began after this call.
   * @throws {OutOfPatience} after `patienceMs`; or what the read threw
   */
  now(key: string, patienceMs = PATIENCE_MS): Promise<Reading<Value>> {
    const lane = this.#lane(key)
    lane.next ??= this.#readNext(key, lane)
    return this.#bounded(lane.next, patienceMs)
  }

  /** As `now`, but a read that runs already will do; and one that has just failed fails again, without being made. */
  async soon(key: string): Promise<Reading<Value>> {
    const { clock, restAfterFailureMs = 0 } = this.#options
    const failed = this.#failed.get(key)
    if (failed && clock.now() - failed.at < restAfterFailureMs) throw failed.error
    const running = this.#lanes.get(key)?.running
    return running ? this.#bounded(running, PATIENCE_MS) : this.now(key)
  }

  async #readNext(key: string, lane: Lane<Value>): Promise<Reading<Value>> {
    await lane.running?.catch(() => undefined)
    const { clock, gapMs } = this.#options
    await this.#sleepUntil(Math.max(lane.lastBegan + gapMs, this.#heldUntil))
    lane.running = lane.next
    lane.next = undefined
    lane.lastBegan = clock.now()
    try {
      const reading = await this.#read(key, lane)
      this.#failed.delete(key)
      return reading
    } catch (error) {
      if (this.#options.restAfterFailureMs) this.#failed.set(key, { at: clock.now(), error })
      throw error
    } finally {
      lane.running = undefined
      if (!lane.next && gapMs === 0) this.#lanes.delete(key)
    }
  }

  async #read(key: string, lane: Lane<Value>): Promise<Reading<Value>> {
    const { clock, read } = this.#options
    const giveUpAt = clock.now() + PATIENCE_MS
    for (;;) {
      const at = clock.now()
      const { forgotten } = lane
      try {
        const reading = { value: await read(key), at }
        if (forgotten === lane.forgotten) this.#keep(key, reading)
        return reading
      } catch (error) {
        const failure = failureOf(error)
        if (failure.kind !== 'rate-limited') throw error
        this.#heldUntil = Math.max(this.#heldUntil, clock.now() + failure.afterMs)
        if (this.#heldUntil > giveUpAt) throw error
        await this.#sleepUntil(this.#heldUntil)
      }
    }
  }

  #keep(key: string, reading: Reading<Value>): void {
    this.#kept.delete(key)
    this.#kept.set(key, reading)
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }

  #lane(key: string): Lane<Value> {
    const lane = this.#lanes.get(key) ?? { running: undefined, next: undefined, lastBegan: -Infinity, forgotten: 0 }
    this.#lanes.set(key, lane)
    return lane
  }

  async #sleepUntil(instant: number): Promise<void> {
    const ms = instant - this.#options.clock.now()
    if (ms > 0) await (this.#options.sleep ?? sleepFor)(ms)
  }

  /** Several may wait for one read, each no longer than it has patience. */
  async #bounded(reading: Promise<Reading<Value>>, patienceMs: number): Promise<Reading<Value>> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new OutOfPatience('Slack did not answer in time')), patienceMs)
      timer.unref()
    })
    try {
      return await Promise.race([reading, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
