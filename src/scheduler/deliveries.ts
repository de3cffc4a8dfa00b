import { backoffMs } from '../core/backoff.ts'
import type { Settlement } from '../core/change.ts'
import type { Effect } from '../core/effect.ts'
import type { GrantId } from '../core/ids.ts'
import type { Target } from '../core/policy.ts'
import { type Delivery, StaleState, type Store } from '../core/store.ts'
import type { Deliver, Outcome } from '../operations/delivery.ts'
import type { Clock, Ids, Log } from '../operations/ports.ts'
import { type Breaker, CLOSED, heard, isOpen, roomUnder } from './breaker.ts'
import { allot, rotated, targetOf } from './lanes.ts'

export interface DeliveriesDeps {
  readonly clock: Clock
  readonly store: Pick<Store, 'dueLanes' | 'claim' | 'commit' | 'hasten' | 'grant'>
  readonly policy: { readonly targets: ReadonlyMap<string, Pick<Target, 'concurrency'>> }
  readonly ids: Pick<Ids, 'fraction'>
  readonly log: Log
  readonly deliver: Readonly<Record<Effect['kind'], Deliver>>
}

interface Running {
  readonly delivery: Delivery
  readonly startedAt: number
  readonly abort: AbortController
}

/** Claims what is due in the outbox, lane by lane, delivers it beside the loop, and settles it. */
export class Deliveries {
  readonly #deps: DeliveriesDeps
  /** Called when a delivery ended, so that the next one can begin. */
  readonly #onEnd: () => void
  readonly #running = new Map<Running, Promise<void>>()
  readonly #breakers = new Map<string, Breaker>()
  /** Settlements that could not be stored; until they are, their claims stand. */
  #unsettled: readonly Settlement[] = []
  #turn = 0
  #begun = 0

  constructor(deps: DeliveriesDeps, onEnd: () => void) {
    this.#deps = deps
    this.#onEnd = onEnd
  }

  /** How many deliveries began since the start. */
  get begun(): number {
    return this.#begun
  }

  /** What is in flight; none of them rejects. */
  running(): readonly Promise<void>[] {
    return [...this.#running.values()]
  }

  /** Begins what is due, as far as there is room. One lane that cannot be claimed stops no other. Never rejects. */
  async begin(now: number): Promise<void> {
    await this.#settleLeftOvers()
    try {
      const lanes = rotated(await this.#deps.store.dueLanes(now), this.#turn++)
      const running = Map.groupBy(this.#running.keys(), ({ delivery }) => delivery.lane)
      const roomIn = (lane: string) => this.#roomIn(lane, running.get(lane) ?? [], now)
      const busy = [...this.#running.keys()].map(({ delivery }) => delivery.lane)
      await Promise.all(allot(lanes, roomIn, busy).map(({ lane, room }) => this.#claim(lane, room, now)))
    } catch (err) {
      this.#deps.log.error({ err }, 'could not find what is to be delivered')
    }
  }

  #roomIn(lane: string, running: readonly Running[], now: number): number {
    const target = targetOf(lane)
    const concurrency = target === undefined ? 1 : (this.#deps.policy.targets.get(target)?.concurrency ?? 1)
    const startedAt = running.map((one) => one.startedAt)
    return roomUnder(this.#breakers.get(lane) ?? CLOSED, { concurrency, startedAt }, now)
  }

  async #claim(lane: string, room: number, now: number): Promise<void> {
    try {
      for (const delivery of await this.#deps.store.claim(lane, room, now)) this.#start(delivery, now)
    } catch (err) {
      this.#deps.log.error({ err, lane: lane.split(':', 1)[0] }, 'could not claim what is due')
    }
  }

  #start(delivery: Delivery, now: number): void {
    const running: Running = { delivery, startedAt: now, abort: new AbortController() }
    const ended = () => {
      this.#running.delete(running)
      this.#onEnd()
    }
    this.#begun++
    this.#running.set(running, this.#attempt(running).finally(ended))
  }

  async #attempt({ delivery, abort }: Running): Promise<void> {
    const outcome = await this.#outcomeOf(delivery, abort.signal)
    if (outcome.kind === 'settled') await this.#hear(delivery.lane, outcome.reachable)
    else await this.#settle(this.#settlementOf(delivery, outcome))
  }

  async #outcomeOf(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#deps.deliver[delivery.effect.kind](delivery, signal)
    } catch (err) {
      const { id, attempts, effect } = delivery
      this.#deps.log.error({ err, delivery: id, effect: effect.kind, attempts }, 'delivery failed')
      return { kind: 'again' }
    }
  }

  #settlementOf({ id, epoch, attempts }: Delivery, outcome: Exclude<Outcome, { kind: 'settled' }>): Settlement {
    if (outcome.kind === 'done') return { delivery: id, epoch, againAt: null }
    const afterMs = outcome.afterMs ?? backoffMs(attempts + 1, this.#deps.ids.fraction())
    return { delivery: id, epoch, againAt: this.#deps.clock.now() + afterMs }
  }

  async #settle(settlement: Settlement): Promise<void> {
    try {
      await this.#deps.store.commit({ settles: settlement })
    } catch (err) {
      if (err instanceof StaleState) return // the claim was void: whoever holds it now settles it
      this.#deps.log.error({ err, delivery: settlement.delivery }, 'could not settle a delivery')
      this.#unsettled = [...this.#unsettled, settlement]
    }
  }

  async #settleLeftOvers(): Promise<void> {
    const leftOver = this.#unsettled
    this.#unsettled = []
    await Promise.all(leftOver.map((settlement) => this.#settle(settlement)))
  }

  /** A target that answers again catches up at once with what was put off while it did not. */
  async #hear(lane: string, reachable: boolean): Promise<void> {
    if (targetOf(lane) === undefined) return
    const before = this.#breakers.get(lane) ?? CLOSED
    const after = heard(before, reachable)
    this.#breakers.set(lane, after)
    if (isOpen(before) === isOpen(after)) return
    this.#deps.log.warn({ lane, open: isOpen(after) }, isOpen(after) ? 'target is unreachable' : 'target is back')
    if (!isOpen(after)) await this.#hasten(lane)
  }

  async #hasten(lane: string): Promise<void> {
    try {
      await this.#deps.store.hasten(lane, this.#deps.clock.now())
    } catch (err) {
      this.#deps.log.error({ err, lane }, 'could not hasten what waits for a target')
    }
  }

  /** Aborts the grant call of a grant that is being taken away. */
  abortGrant(grant: GrantId): void {
    for (const { abort } of this.#grantCalls().filter(({ effect }) => effect.grant === grant)) abort.abort()
  }

  /** The same for all grants that somebody else, such as the command line, has begun to revoke. */
  async abortEndedGrants(): Promise<void> {
    for (const { effect, abort } of this.#grantCalls()) {
      const state = (await this.#deps.store.grant(effect.grant))?.state
      if (state === 'revoking' || state === 'revoked') abort.abort()
    }
  }

  #grantCalls() {
    return [...this.#running.keys()].flatMap(({ delivery: { effect }, abort }) =>
      effect.kind === 'grant' ? [{ effect, abort }] : [],
    )
  }

  abortAll(): void {
    for (const { abort } of this.#running.keys()) abort.abort()
  }
}
