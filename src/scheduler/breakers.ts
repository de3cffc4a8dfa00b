import type { Store } from '../core/store.ts'
import type { Clock, Log } from '../operations/ports.ts'
import { type Breaker, CLOSED, heard, isOpen } from './breaker.ts'
import { targetOf } from './lanes.ts'

export interface BreakersDeps {
  readonly clock: Clock
  readonly store: Pick<Store, 'hasten'>
  readonly log: Log
}

/** The breakers of all targets, by lane; a lane of Slack's has none. */
export class Breakers {
  readonly #deps: BreakersDeps
  readonly #breakers = new Map<string, Breaker>()

  constructor(deps: BreakersDeps) {
    this.#deps = deps
  }

  of(lane: string): Breaker {
    return this.#breakers.get(lane) ?? CLOSED
  }

  /** A target that answers again catches up at once with what was put off while it did not. Never rejects. */
  async hear(lane: string, reachable: boolean | undefined): Promise<void> {
    if (reachable === undefined) return // the target was not asked
    if (targetOf(lane) === undefined) return
    const before = this.of(lane)
    const after = heard(before, reachable)
    this.#breakers.set(lane, after)
    if (isOpen(before) === isOpen(after)) return
    this.#deps.log.warn({ lane }, isOpen(after) ? 'target is unreachable' : 'target is back')
    if (!isOpen(after)) await this.#hasten(lane)
  }

  async #hasten(lane: string): Promise<void> {
    try {
      await this.#deps.store.hasten(lane, this.#deps.clock.now())
    } catch (err) {
      this.#deps.log.error({ err, lane }, 'could not hasten what waits for a target')
    }
  }
}
