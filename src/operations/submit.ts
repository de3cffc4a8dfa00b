import { refuse } from '../core/result.ts'
import { commit, refused, retryWhenStale } from './commit.ts'
import { openedFor } from './open-request.ts'
import type { Ask } from './operations.ts'
import type { Deps } from './ports.ts'

/** A requester asked for an entitlement. */
export async function submit(deps: Deps, ask: Ask): Promise<void> {
  await retryWhenStale(async () => {
    const entitlement = deps.policy.entitlements.get(ask.entitlement)
    const opened = entitlement
      ? await openedFor(deps, { by: ask.by, asked: ask, entitlement, extended: undefined }, ask)
      : noSuchEntitlement(ask.entitlement)
    const event = { name: 'request.refused', entitlement: entitlement?.id } as const
    await commit(deps, opened.ok ? opened.value : refused(deps, ask, opened.refusal, event, deps.clock.now()))
  })
}

export function noSuchEntitlement(typed: string) {
  return refuse(
    'no-such-entitlement',
    `There is no “${typed}” to ask for. Type the command with “help” to see what there is.`,
  )
}
