import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { type Adapter, AdapterError, type AdapterErrorKind, type Call, type Held } from '../contract.ts'
import type { Bench, Mischief, Place, Way } from './bench.ts'

export type Operation = 'grant' | 'revoke' | 'holds'
export const OPERATIONS: readonly Operation[] = ['grant', 'revoke', 'holds']

/** Time for a call that is answered, on a machine that is busy. */
const CALL_MS = 10_000
/** An adapter must stop this soon after it was aborted: “at once”, on a machine that is busy. */
const STOP_MS = 1_000
const PAUSE_MS = 10
const TTL_MS = 15 * 60_000

/** Calls an adapter as the bot does, and holds what comes of it against the contract. */
export class Probe {
  readonly bench: Bench
  readonly #adapter: Adapter
  /** What the target is up to, for messages. */
  #doing = 'a target that behaves'

  private constructor(bench: Bench, adapter: Adapter) {
    this.bench = bench
    this.#adapter = adapter
  }

  static async on(bench: Bench): Promise<Probe> {
    return new Probe(bench, await bench.open())
  }

  /** A call about a place, for a grant of its own unless one is named. */
  callFor({ account, access, entitlement }: Place, more: Partial<Call<unknown>> = {}): Call<unknown> {
    const expiresAt = this.bench.now() + TTL_MS
    const subject = 'ann@example.com'
    return { grantId: freshGrantId(), subject, account, access, entitlement, expiresAt, round: 0, ...more }
  }

  /** A call that must succeed. */
  async grant(call: Call<unknown>): Promise<void> {
    await this.#succeed('grant', call)
  }

  /** A call that must succeed. */
  async revoke(call: Call<unknown>, round = 1): Promise<void> {
    await this.#succeed('revoke', { ...call, round })
  }

  async holds(call: Call<unknown>): Promise<boolean> {
    const held = await this.#succeed('holds', call)
    assert.equal(typeof held, 'boolean', 'holds answers true or false')
    return held === true
  }

  /** What must be true at the target, and what the adapter must say of it. */
  async expectHeld(call: Call<unknown>, place: Place, held: boolean): Promise<void> {
    await this.expectTruth(place, held)
    assert.equal(await this.holds(call), held, `holds() must say ${held} of “${place.account}”, as the target does`)
  }

  async expectTruth(place: Place, held: boolean): Promise<void> {
    const truth = await this.bench.isHeld(place)
    const what = held ? 'must have access' : 'must have no access'
    assert.equal(truth, held, `under ${this.#doing}, “${place.account}” ${what}`)
  }

  /** A call that must fail, and says how it did. */
  async failure(operation: Operation, call: Call<unknown>, signal = AbortSignal.timeout(CALL_MS)) {
    const failed = await this.settle(operation, call, signal)
    if (failed.error === undefined) this.#fault(`${operation}() must fail, and said ${inspect(failed.value)}`)
    return this.#examined(operation, failed.error)
  }

  /** What comes of a call, bounded in time even if the adapter is not. */
  async settle(operation: Operation, call: Call<unknown>, signal: AbortSignal) {
    const running = this.#start(operation, call, signal).then(
      (value: unknown) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error: error ?? new Error('thrown without an error') }),
    )
    const late = new AbortController()
    const stopped = aborted(signal, late.signal)
      .then(() => sleep(STOP_MS, undefined, { signal: late.signal }))
      .then(() => this.#fault(`${operation}() must stop when it is aborted`))
    try {
      return await Promise.race([running, stopped])
    } finally {
      stopped.catch(() => {})
      late.abort()
    }
  }

  /** Aborts a call once it has got as far as `reached`, and says how it failed. */
  async abortedFailure(operation: Operation, call: Call<unknown>, reached: () => Promise<void>): Promise<AdapterError> {
    const abort = new AbortController()
    const failed = this.failure(operation, call, abort.signal)
    failed.catch(() => {}) // told below
    await Promise.race([reached(), failed])
    abort.abort()
    const error = await failed
    this.expectKind(operation, error, 'unreachable')
    return error
  }

  expectKind(operation: Operation, { kind }: AdapterError, wanted: AdapterErrorKind): void {
    if (kind !== wanted) this.#fault(`${operation}() must be “${wanted}”, and was “${kind}”`)
  }

  /** Whoever believes that nothing happened does not look again after the quiet period. */
  expectUnknown({ outcomeUnknown }: AdapterError): void {
    if (!outcomeUnknown) this.#fault('grant() must say that its outcome is unknown')
  }

  /** Lets the target misbehave in every way of this sort in turn, and heals it afterwards. */
  async during(mischief: Mischief, attempt: (way: Way) => Promise<void>): Promise<void> {
    const ways = this.bench.ways[mischief]
    for (const way of typeof ways === 'string' ? [] : ways) {
      try {
        await attempt(way)
      } finally {
        await this.heal()
      }
    }
  }

  async begin(way: Way): Promise<void> {
    this.#doing = `a target that misbehaves (${way.name})`
    await way.begin(this.bench.lateMs)
  }

  async heal(): Promise<void> {
    await this.bench.heal()
    this.#doing = 'a target that behaves again'
  }

  /** Waits until the target has access, or has it no more. */
  async untilTruth(place: Place, held: boolean, withinMs: number): Promise<void> {
    const giveUp = AbortSignal.timeout(withinMs + CALL_MS)
    while ((await this.bench.isHeld(place)) !== held) {
      assert(!giveUp.aborted, 'the bench promised a late effect, and none came')
      await sleep(PAUSE_MS)
    }
  }

  async list(): Promise<Held[]> {
    assert(this.#adapter.list, 'the bench promised that the adapter has list()')
    return this.#adapter.list(AbortSignal.timeout(CALL_MS))
  }

  async #succeed(operation: Operation, call: Call<unknown>): Promise<unknown> {
    const { value, error } = await this.settle(operation, call, AbortSignal.timeout(CALL_MS))
    if (error === undefined) return value
    this.#examined(operation, error)
    return this.#fault(`${operation}() must succeed, and failed`, error)
  }

  #examined(operation: Operation, error: unknown): AdapterError {
    if (!(error instanceof AdapterError)) return this.#fault(`${operation}() must fail with an AdapterError`, error)
    const seen = inspect(error, { depth: 10, showHidden: true })
    if (this.bench.secrets.some((secret) => seen.includes(secret))) this.#fault('an error must hold no secret')
    return error
  }

  /** The adapter may throw at once, too. */
  async #start(operation: Operation, call: Call<unknown>, signal: AbortSignal): Promise<unknown> {
    return this.#adapter[operation](call, signal)
  }

  #fault(what: string, cause?: unknown): never {
    const message = `under ${this.#doing}, ${what}${cause === undefined ? '' : `: ${inspect(cause, { depth: 0 })}`}`
    throw new assert.AssertionError({ message })
  }
}

async function aborted(signal: AbortSignal, unless: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true, signal: unless })
  unless.addEventListener('abort', () => reject(new Error('no longer waited for')), { once: true })
  return promise
}

/** Crockford's base 32, as the bot draws its ids. */
function freshGrantId(): string {
  const letters = Array.from(randomBytes(10), (byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32])
  return `G-${letters.join('')}`
}
