import type { Effect } from '../core/effect.ts'
import type { GrantId } from '../core/ids.ts'
import type { Target } from '../core/policy.ts'
import type { Delivery, Store } from '../core/store.ts'
import type { Deliver, Outcome } from '../operations/delivery.ts'
import { roomUnder } from './breaker.ts'
import { Breakers, type BreakersDeps } from './breakers.ts'
import { allot, atOnceIn, RoundRobin, targetOf, togetherIn } from './lanes.ts'
import { Settling, type SettlingDeps } from './settling.ts'
import { EVERYTHING, following, type Share } from './shares.ts'
import { type EndTurn, noTurn, type Pace, takeTurns } from './turns.ts'

export interface DeliveriesDeps extends SettlingDeps, BreakersDeps {
  readonly store: SettlingDeps['store'] & BreakersDeps['store'] & Pick<Store, 'dueLanes' | 'claim' | 'grant'>
  readonly policy: { readonly targets: ReadonlyMap<string, Pick<Target, 'concurrency'>> }
  readonly deliver: Readonly<Record<Effect['kind'], Deliver>>
  readonly pace: Pace
}

/** Room for one delivery in a lane; taken before it is claimed, so that claims at the same time never take it twice. */
interface Slot {
  readonly lane: string
  readonly startedAt: number
  readonly abort: AbortController
  readonly endTurn: EndTurn
  effect?: Effect
}

/** Turns and rooms of a lane, taken for one round of claims. */
interface Room {
  readonly lane: string
  readonly room: number
  readonly turns: readonly EndTurn[]
  /** How many deliveries may be no revokes. */
  readonly others: number
}

/** Claims what is due in the outbox, lane by lane, delivers it beside the loop, and settles it. */
export class Deliveries {
  readonly #deps: DeliveriesDeps
  /** Called when a delivery ended, as the next one may have waited for that. */
  readonly #onEnd: () => void
  readonly #settling: Settling
  readonly #breakers: Breakers
  readonly #robin = new RoundRobin()
  readonly #slots = new Set<Slot>()
  readonly #underWay = new Set<Promise<void>>()
  /** Targets' lanes that had at least as much to do as there was room for. */
  readonly #crowded = new Set<string>()
  #share = EVERYTHING
  #begun = 0
  #closed = false

  constructor(deps: DeliveriesDeps, onEnd: () => void) {
    this.#deps = deps
    this.#onEnd = onEnd
    this.#settling = new Settling(deps)
    this.#breakers = new Breakers(deps)
  }

  /** How many began since the start. */
  get begun(): number {
    return this.#begun
  }

  /** What is in flight; none of them rejects. */
  underWay(): readonly Promise<void>[] {
    return [...this.#underWay]
  }

  /**
   * Begins what is due, as far as there is room and the share allows. One lane that cannot be claimed stops no other. Never
   * rejects; resolves with whether something that is due may have been left behind.
   */
  async begin(now: number, share: Share): Promise<boolean> {
    this.#share = share
    await this.#settling.settleLeftOver()
    try {
      const lanes = await this.#deps.store.dueLanes(now, share.slack > 0 ? undefined : 'targets')
      return await this.#claimIn(this.#robin.order(lanes), now, share)
    } catch (err) {
      this.#deps.log.error({ err }, 'could not find what is to be delivered')
      return true
    }
  }

  async #claimIn(lanes: readonly string[], now: number, share: Share): Promise<boolean> {
    if (this.#closed) return false
    const rooms = this.#roomsFor(lanes, now, share)
    const full = await Promise.all(rooms.map((room) => this.#claim(room, now)))
    return rooms.length < lanes.length || full.includes(true)
  }

  #roomsFor(lanes: readonly string[], now: number, share: Share): readonly Room[] {
    const slots = Map.groupBy(this.#slots, ({ lane }) => lane)
    const turns = new Map<string, readonly EndTurn[]>()
    const roomIn = (lane: string, most: number) => {
      const running = slots.get(lane) ?? []
      if (targetOf(lane) !== undefined) return this.#roomAtTarget(lane, running, now)
      const taken = takeTurns(this.#deps.pace, lane, Math.min(most, atOnceIn(lane) - running.length))
      turns.set(lane, taken)
      return taken.length
    }
    const running = [...this.#slots].map(({ lane }) => lane)
    return allot(lanes, roomIn, { running, ofAKind: share.slack }).map(({ lane, room }) => {
      this.#robin.served(lane)
      if (targetOf(lane) === undefined) return { lane, room, turns: turns.get(lane) ?? [], others: room }
      return { lane, room, turns: [], others: Math.min(share.grants, this.#roomForGrants(lane)) }
    })
  }

  #roomAtTarget(lane: string, slots: readonly Slot[], now: number): number {
    const load = { concurrency: this.#concurrencyOf(lane), startedAt: slots.map((slot) => slot.startedAt) }
    return roomUnder(this.#breakers.of(lane), load, now)
  }

  #concurrencyOf(lane: string): number {
    return this.#deps.policy.targets.get(targetOf(lane) ?? '')?.concurrency ?? 1
  }

  /** Grants leave one call of a target free, if it bears more than one: hanging grants never hold up a revoke. */
  #roomForGrants(lane: string): number {
    const concurrency = this.#concurrencyOf(lane)
    const granting = [...this.#slots].filter((slot) => slot.lane === lane && slot.effect?.kind === 'grant')
    return Math.max(0, Math.max(1, concurrency - 1) - granting.length)
  }

  /** Resolves with whether there may be more than there was room for. */
  async #claim({ lane, room, turns, others }: Room, now: number): Promise<boolean> {
    const slots = Array.from({ length: room }, (_, index) => this.#occupy(lane, turns[index] ?? noTurn, now))
    const together = togetherIn(lane)
    const claimed = await this.#claimed(lane, { limit: room * together, others: others * together }, now)
    if (claimed.length < room || targetOf(lane) === undefined) this.#crowded.delete(lane)
    else this.#crowded.add(lane)
    for (const [index, slot] of slots.entries()) {
      const [delivery, ...also] = claimed.slice(index * together, (index + 1) * together)
      if (delivery) this.#start(delivery, also, slot)
      else this.#vacate(slot)
    }
    return claimed.length >= Math.min(room, others) * together
  }

  #occupy(lane: string, endTurn: EndTurn, startedAt: number): Slot {
    const slot = { lane, startedAt, abort: new AbortController(), endTurn }
    this.#slots.add(slot)
    return slot
  }

  #vacate(slot: Slot): void {
    this.#slots.delete(slot)
    slot.endTurn()
  }

  async #claimed(
    lane: string,
    { limit, others }: { readonly limit: number; readonly others: number },
    now: number,
  ): Promise<readonly Delivery[]> {
    try {
      return await this.#deps.store.claim(lane, limit, now, others)
    } catch (err) {
      this.#deps.log.error({ err, lane: lane.split(':', 1)[0] }, 'could not claim what is due')
      return []
    }
  }

  #start(delivery: Delivery, also: readonly Delivery[], slot: Slot): void {
    this.#begun++
    slot.effect = delivery.effect
    const work: Promise<void> = this.#seeThrough(delivery, also, slot).finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  async #seeThrough(delivery: Delivery, also: readonly Delivery[], slot: Slot): Promise<void> {
    const { lane } = slot
    const outcome = await this.#outcomeOf(delivery, also, slot.abort.signal)
    if (outcome.kind === 'settled') await this.#breakers.hear(lane, outcome.reachable)
    else await Promise.all([delivery, ...also].map((one) => this.#settling.settle(one, outcome)))
    this.#vacate(slot)
    if (this.#crowded.has(lane)) await this.#claimIn([lane], this.#deps.clock.now(), following(this.#share))
    this.#onEnd()
  }

  async #outcomeOf(delivery: Delivery, also: readonly Delivery[], signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#deps.deliver[delivery.effect.kind](delivery, signal, also)
    } catch (err) {
      const { id, attempts, effect } = delivery
      this.#deps.log.error({ err, delivery: id, effect: effect.kind, attempts }, 'delivery failed')
      return { kind: 'again' }
    }
  }

  /** Aborts the grant call of a grant that is being taken away. */
  abortGrant(grant: GrantId): void {
    for (const { effect, abort } of this.#slots) if (effect?.kind === 'grant' && effect.grant === grant) abort.abort()
  }

  /** The same for all grants that somebody else, such as the command line, has begun to revoke. */
  async abortEndedGrants(): Promise<void> {
    for (const { effect } of [...this.#slots]) {
      if (effect?.kind !== 'grant') continue
      const state = (await this.#deps.store.grant(effect.grant))?.state
      if (state === 'revoking' || state === 'revoked') this.abortGrant(effect.grant)
    }
  }

  /** Claims nothing from now on. */
  close(): void {
    this.#closed = true
  }

  abortAll(): void {
    for (const { abort } of this.#slots) abort.abort()
  }
}
