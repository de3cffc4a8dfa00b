import { backoffMs } from '../core/backoff.ts'
import type { Settlement } from '../core/change.ts'
import { type Delivery, StaleState, type Store } from '../core/store.ts'
import type { Outcome } from '../operations/delivery.ts'
import type { Clock, Ids, Log } from '../operations/ports.ts'

export interface SettlingDeps {
  readonly clock: Clock
  readonly store: Pick<Store, 'commit' | 'giveBack'>
  readonly ids: Pick<Ids, 'fraction'>
  readonly log: Log
}

/** Stores what came of deliveries whose handlers did not store it themselves. */
export class Settling {
  readonly #deps: SettlingDeps
  /** What could not be stored; until it is, the claims stand. */
  #leftOver: readonly Settlement[] = []

  constructor(deps: SettlingDeps) {
    this.#deps = deps
  }

  /** Never rejects. */
  async settle({ id, epoch, attempts }: Delivery, outcome: Exclude<Outcome, { kind: 'settled' }>): Promise<void> {
    await this.#store({ delivery: id, epoch, againAt: this.#againAt(outcome, attempts + 1) })
  }

  /** Stores what could not be stored before. Never rejects. */
  async settleLeftOver(): Promise<void> {
    const leftOver = this.#leftOver
    this.#leftOver = []
    await Promise.all(leftOver.map((settlement) => this.#store(settlement)))
  }

  #againAt(outcome: Exclude<Outcome, { kind: 'settled' }>, attempts: number): number | null {
    if (outcome.kind === 'done') return null
    return this.#deps.clock.now() + (outcome.afterMs ?? backoffMs(attempts, this.#deps.ids.fraction()))
  }

  async #store(settlement: Settlement): Promise<void> {
    try {
      await this.#deps.store.commit({ settles: settlement })
    } catch (err) {
      if (err instanceof StaleState) return // the claim was void: whoever holds it now settles it
      this.#deps.log.error({ err, delivery: settlement.delivery }, 'could not settle a delivery')
      await this.#keep(settlement)
    }
  }

  /** What is done must not be done twice. What is to be tried again is, when its time has come, also with a full disk. */
  async #keep(settlement: Settlement): Promise<void> {
    const { clock, store } = this.#deps
    if (settlement.againAt !== null && settlement.againAt <= clock.now()) await store.giveBack(settlement)
    else this.#leftOver = [...this.#leftOver, settlement]
  }
}
