import { laneOf } from '../core/effect.ts'
import type { GrantId } from '../core/ids.ts'
import { revokeEffect } from '../core/revoking.ts'
import type { Store } from '../core/store.ts'
import type { Clock } from '../operations/ports.ts'
import { allWithin } from './nap.ts'
import type { Scheduler } from './scheduler.ts'

/** Whoever waits for overdue revokes waits no longer than this. */
const MOST_MS = 5_000

interface Overdue {
  readonly store: Pick<Store, 'grants' | 'dueGrants' | 'hasten'>
  readonly clock: Clock
  readonly scheduler: Pick<Scheduler, 'start'>
  /** Resolves when a revoke of each of these grants was tried once. */
  triedOnce(ids: readonly GrantId[]): Promise<void>
}

/**
 * Starts the loop; resolves when everything whose time was up while nobody ran was tried once, or after 5 s. What waits
 * for its next try is tried now: a start is often the repair, and nobody waits here for the end of a back-off.
 */
export async function startWithOverdue({ store, clock, scheduler, triedOnce }: Overdue): Promise<void> {
  const ending = await store.grants({ states: ['revoking'], limit: Number.MAX_SAFE_INTEGER })
  const now = clock.now()
  const due = await store.dueGrants(now, Number.MAX_SAFE_INTEGER)
  const tried = triedOnce([...ending.map(({ id }) => id), ...due])
  const lanes = new Set(ending.map((grant) => laneOf(revokeEffect(grant, now))))
  for (const lane of lanes) await store.hasten(lane, now)
  scheduler.start()
  await allWithin([tried], MOST_MS)
}
