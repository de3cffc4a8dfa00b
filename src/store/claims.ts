import type { Settlement } from '../core/change.ts'
import { StaleState } from '../core/store.ts'

/** What a claim needs to know of the effect that it is on. */
export interface Claimable {
  readonly id: number
  readonly kind: string
  readonly key: string
  readonly lane: string
  /** How often the effect was asked for again before the claim. */
  readonly revision: number
  /** Deliveries that share it never overlap. */
  readonly exclusive: string | null
}

export interface Claim extends Claimable {
  readonly epoch: number
}

/**
 * What is being delivered. Kept in memory: only the process that holds the lock delivers, and its claims end with it, so
 * that nothing of them has to be written, or voided at the next start. Each claim has an epoch of its own.
 */
export class Claims {
  readonly #claims = new Map<number, Claim>()
  readonly #byKey = new Map<string, Claim>()
  readonly #exclusive = new Set<string>()
  /** Ids of effects that cannot be read. */
  readonly #aside = new Set<number>()
  #epoch = 0

  /** Whether the effect may be claimed: nobody delivers it, nor what it must not overlap. */
  mayTake({ id, exclusive }: Pick<Claimable, 'id' | 'exclusive'>): boolean {
    return !this.#claims.has(id) && !this.#aside.has(id) && (exclusive === null || !this.#exclusive.has(exclusive))
  }

  take(effect: Claimable): Claim {
    this.#epoch += 1
    const claim = { ...effect, epoch: this.#epoch }
    this.#claims.set(effect.id, claim)
    this.#byKey.set(nameOf(effect), claim)
    if (effect.exclusive !== null) this.#exclusive.add(effect.exclusive)
    return claim
  }

  /** It is never claimed, and holds up nothing. */
  setAside(id: number): void {
    this.#aside.add(id)
  }

  /** The claim that a settlement names. @throws {StaleState} when there is none, or a later one */
  of({ delivery, epoch }: Settlement): Claim {
    const claim = this.#claims.get(delivery)
    if (claim?.epoch !== epoch) throw new StaleState(`the claim ${epoch} on delivery ${delivery} is void`)
    return claim
  }

  /** The claim on an effect of that kind and key. */
  on(effect: Pick<Claimable, 'kind' | 'key'>): Claim | undefined {
    return this.#byKey.get(nameOf(effect))
  }

  /** Lanes of what is being delivered. */
  lanes(): ReadonlySet<string> {
    return new Set([...this.#claims.values()].map(({ lane }) => lane))
  }

  /** Ends a claim. @throws {StaleState} when there is none */
  release(settlement: Settlement): void {
    const claim = this.of(settlement)
    this.#claims.delete(claim.id)
    this.#byKey.delete(nameOf(claim))
    if (claim.exclusive !== null) this.#exclusive.delete(claim.exclusive)
  }
}

function nameOf({ kind, key }: Pick<Claimable, 'kind' | 'key'>): string {
  return `${kind} ${key}`
}
