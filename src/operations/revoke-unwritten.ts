import { type Grant, isLive } from '../core/grant.ts'
import { wayOut } from '../core/revoking.ts'
import { leaningOf } from './amend.ts'
import { adapterFor, callFor, callWithin, patienceWith } from './call.ts'
import type { Deps } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'store' | 'policy' | 'adapters' | 'log'>

/** A target is asked again for the same grant after this time, while nothing can be written. */
const AGAIN_MS = 5_000

/** Takes away what is due while its end cannot be written: the disk is full, or the database is broken. */
export type RevokeUnwritten = (grant: Grant) => Promise<void>

/**
 * Access ends on time also when that cannot be written: the target is told now, and all of it is done and recorded once
 * more when the store is back. As many calls at once as the target bears; what does not fit comes with the next tick.
 */
export function revokeUnwritten(deps: Needs): RevokeUnwritten {
  const triedAt = new Map<string, number>()
  const running = new Map<string, number>()
  return async (grant) => {
    const now = deps.clock.now()
    const busy = running.get(grant.target) ?? 0
    const concurrency = deps.policy.targets.get(grant.target)?.concurrency ?? 1
    if (busy >= concurrency || now - (triedAt.get(grant.id) ?? 0) < AGAIN_MS) return
    triedAt.set(grant.id, now)
    running.set(grant.target, busy + 1)
    try {
      await takeAway(deps, grant, now)
    } finally {
      running.set(grant.target, (running.get(grant.target) ?? 1) - 1)
      for (const [id, at] of triedAt) if (now - at > AGAIN_MS) triedAt.delete(id)
    }
  }
}

async function takeAway(deps: Needs, grant: Grant, now: number): Promise<void> {
  const { holding, others } = await leaningOf(deps, grant.id)
  const needed = others.some((other) => isLive(other) && other.expiresAt > now)
  if (wayOut(holding, needed) === 'released') return
  const adapter = await adapterFor(deps, grant)
  const within = { withinMs: patienceWith(deps, grant.target).timeoutMs, signal: new AbortController().signal }
  await callWithin((signal) => adapter.revoke(callFor(grant), signal), within)
  deps.log.error({ grant: grant.id }, 'access was taken away, which cannot be written yet')
}
