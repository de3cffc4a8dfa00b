import type { Clock } from '../../operations/ports.ts'
import { Bucket, type Rate } from './bucket.ts'
import { inConversation, needsOf, POSTS, UPDATES } from './needs.ts'
import { Silence } from './silence.ts'

/** What a Slack bears: in one conversation, in all of them, and of updates. */
export type Rates = Readonly<Record<'conversation' | 'posts' | 'updates', Rate>>

/** Slack's limits, from its documentation. */
const SLACK_RATES = {
  /** Messages to one conversation: about one a second, with some patience for bursts. */
  conversation: { perMinute: 60, burst: 4 },
  /** Messages to the whole workspace: some hundreds a minute. */
  posts: { perMinute: 300, burst: 20 },
  /** `chat.update`, Tier 3. */
  updates: { perMinute: 50, burst: 20 },
} as const satisfies Rates

/** Buckets that are full again are forgotten, so that as many are kept as conversations were written to just now. */
const SWEEP_AT = 512

/**
 * Keeps Slack's rates for each method and conversation, and room in them: for cards and for what somebody waits for,
 * while thousands of notices and redraws wait too. A limit that is used up holds up nothing but what counts for it.
 */
export class Pace {
  readonly #clock: Clock
  readonly #securityChannel: string
  readonly #rates: Rates
  readonly #buckets = new Map<string, Bucket>()
  readonly #silence = new Silence()
  /** The conversation in which Slack held us back last. */
  #heldIn: string | undefined

  constructor(clock: Clock, securityChannel: string, rates: Rates = SLACK_RATES) {
    this.#clock = clock
    this.#securityChannel = securityChannel
    this.#rates = rates
  }

  /** A turn for one delivery of a lane, to be ended with it; `undefined`: not now. */
  turn(lane: string): (() => void) | undefined {
    const now = this.#clock.now()
    const needs = needsOf(lane, this.#securityChannel)
    if (needs.length === 0) return () => {}
    if (!needs.every(({ limit, reserve }) => this.#buckets.get(limit)?.hasRoom(reserve, now) ?? true)) return undefined
    if (!this.#silence.mayTry(now)) return undefined
    const endTry = this.#silence.tries(now)
    const buckets = needs.map(({ limit }) => this.#bucket(limit, now))
    for (const bucket of buckets) bucket.beginTurn()
    return () => {
      for (const bucket of buckets) bucket.endTurn()
      endTry()
    }
  }

  /** A message is about to be posted. Gives the milliseconds to wait instead, if Slack asked for it. */
  posts(to: string): number {
    return this.#spend([POSTS, inConversation(to)])
  }

  updates(): number {
    return this.#spend([UPDATES])
  }

  /**
   * Slack asked us to post nothing there for so long. When it has asked so for another conversation too, it is the
   * workspace's limit that is used up.
   */
  holdPosts(to: string, afterMs: number): void {
    const limit = inConversation(to)
    const elsewhere = this.#heldIn !== undefined && this.#heldIn !== limit && this.#heldMs(this.#heldIn) > 0
    this.#hold(limit, afterMs)
    if (elsewhere) this.#hold(POSTS, afterMs)
    this.#heldIn = limit
  }

  holdUpdates(afterMs: number): void {
    this.#hold(UPDATES, afterMs)
  }

  answered(): void {
    this.#silence.answered()
  }

  missed(): void {
    this.#silence.missed()
  }

  /** Limits that are counted just now. */
  get size(): number {
    return this.#buckets.size
  }

  #spend(limits: readonly string[]): number {
    const now = this.#clock.now()
    const buckets = limits.map((limit) => this.#bucket(limit, now))
    const wait = Math.max(...buckets.map((bucket) => bucket.heldMs(now)))
    if (wait > 0) return wait
    for (const bucket of buckets) bucket.spend(now)
    this.#silence.calls()
    return 0
  }

  #hold(limit: string, afterMs: number): void {
    const now = this.#clock.now()
    this.#bucket(limit, now).hold(now + afterMs)
  }

  #heldMs(limit: string): number {
    return this.#buckets.get(limit)?.heldMs(this.#clock.now()) ?? 0
  }

  #bucket(limit: string, now: number): Bucket {
    const known = this.#buckets.get(limit)
    if (known) return known
    if (this.#buckets.size >= SWEEP_AT) this.#sweep(now)
    const made = new Bucket(this.#rateOf(limit), now)
    this.#buckets.set(limit, made)
    return made
  }

  #rateOf(limit: string): Rate {
    if (limit === POSTS) return this.#rates.posts
    return limit === UPDATES ? this.#rates.updates : this.#rates.conversation
  }

  #sweep(now: number): void {
    for (const [limit, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(limit)
  }
}
