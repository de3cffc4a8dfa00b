import { type Change, merge, nothing } from '../core/change.ts'
import { endAccess } from '../core/extending.ts'
import type { Grant } from '../core/grant.ts'
import type { Holding } from '../core/holding.ts'
import type { Ending } from '../core/revoking.ts'
import type { Delivery } from '../core/store.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps } from './ports.ts'

/** A grant with what it leans on, as they are now. */
export interface Leaning {
  readonly grant: Grant
  readonly holding: Holding
  /** Other grants on the holding that are not revoked. */
  readonly others: readonly Grant[]
}

/** The grant that a delivery is for. @throws when it is of another kind, which only a wrong wiring can cause */
export function grantOf({ effect }: Delivery, kind: 'grant' | 'revoke'): Grant['id'] {
  if (effect.kind !== kind) throw new Error(`not a ${kind} effect: ${effect.kind}`)
  return effect.grant
}

/** Reads a grant with its holding. @throws when a row is missing, which only a broken database can cause */
export async function leaningOf({ store }: Pick<Deps, 'store'>, id: Grant['id']): Promise<Leaning> {
  const grant = await store.grant(id)
  const holding = grant && (await store.holding(grant.holding))
  if (!grant || !holding) throw new Error(`grant ${id} or its holding is missing`)
  const others = (await store.leaningOn(holding.id)).filter((other) => other.id !== id)
  return { grant, holding, others }
}

/** Ends a grant for somebody who wants the access gone, and whatever it extends or is extended by. */
export async function takeAway(
  { store }: Pick<Deps, 'store'>,
  grant: Grant,
  ending: Ending,
  now: number,
): Promise<Change> {
  return endAccess(grant, await store.leaningOn(grant.holding), ending, now)
}

/** Reads, decides and writes about one grant, and gives what was decided on; again when it moved meanwhile. */
export async function amend(
  deps: Pick<Deps, 'store' | 'reached'>,
  id: Grant['id'],
  decide: (leaning: Leaning) => Change,
): Promise<Leaning> {
  return retryWhenStale(async () => {
    const leaning = await leaningOf(deps, id)
    await commit(deps, decide(leaning))
    return leaning
  })
}

/** A change together with the end of the attempt that brought it about; `againAt`: one more attempt, not before then. */
export function settling(delivery: Delivery, change: Change, againAt: number | null): Change {
  const settles = { delivery: delivery.id, epoch: delivery.epoch, againAt }
  return change === nothing ? { settles } : merge(change, { settles })
}
