import { setTimeout as sleep } from 'node:timers/promises'
import type { Grant } from '../core/grant.ts'
import { settling } from './amend.ts'
import { commit } from './commit.ts'
import { deliverRevoke } from './deliver-revoke.ts'
import type { Deps } from './ports.ts'

const AT_ONCE = 8
const PAUSE_MS = 100

/** What an operator's revoke needs: no Slack. */
export type OperatorDeps = Pick<Deps, 'clock' | 'store' | 'policy' | 'ids' | 'adapters' | 'abortGrant' | 'reached'>

export interface Standing {
  readonly revoked: readonly string[]
  readonly waiting: readonly string[]
}

export interface Waiting {
  readonly ids: readonly Grant['id'][]
  readonly patienceMs: number
  /** Told whenever one more is gone. */
  tell(standing: Standing): void
}

/** Which of these grants are gone by now, as their targets said. */
async function standingOf({ store }: Pick<Deps, 'store'>, ids: readonly Grant['id'][]): Promise<Standing> {
  const grants = await Promise.all(ids.map((id) => store.grant(id)))
  const revoked = ids.filter((_, index) => grants[index]?.state === 'revoked')
  return { revoked, waiting: ids.filter((id) => !revoked.includes(id)) }
}

/** Waits until the grants are gone, working on it between two looks. */
async function waitUntilGone(
  deps: OperatorDeps,
  { ids, patienceMs, tell }: Waiting,
  work: () => Promise<void>,
): Promise<Standing> {
  const until = deps.clock.now() + patienceMs
  let told = -1
  for (;;) {
    await work()
    const standing = await standingOf(deps, ids)
    if (standing.revoked.length !== told) tell(standing)
    told = standing.revoked.length
    if (standing.waiting.length === 0 || deps.clock.now() >= until) return standing
    await sleep(PAUSE_MS)
  }
}

/** The running bot takes the grants away: only waits. */
export function waitForBot(deps: OperatorDeps, waiting: Waiting): Promise<Standing> {
  return waitUntilGone(deps, waiting, () => Promise.resolve())
}

/** No bot runs: delivers the revokes here, under the lock. All that is for Slack, or gives access, waits for the bot. */
export function deliverHere(deps: OperatorDeps, waiting: Waiting): Promise<Standing> {
  return waitUntilGone(deps, waiting, () => deliverDue(deps))
}

async function deliverDue(deps: OperatorDeps): Promise<void> {
  const lanes = await deps.store.dueLanes(deps.clock.now(), 'targets')
  for (const lane of lanes) {
    const now = deps.clock.now()
    const claimed = await deps.store.claim(lane, AT_ONCE, now)
    await Promise.all(
      claimed.map(async (delivery) => {
        if (delivery.effect.kind === 'revoke') await deliverRevoke(deps, delivery, new AbortController().signal)
        else await commit(deps, settling(delivery, {}, now + PAUSE_MS))
      }),
    )
  }
}
