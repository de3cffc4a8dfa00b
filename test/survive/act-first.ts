import type { Change } from '../../src/core/change.ts'
import type { Grant } from '../../src/core/grant.ts'
import { callFor } from '../../src/operations/call.ts'
import type { Deps } from '../../src/operations/ports.ts'

/**
 * The mistake that the early write prevents, for the break of that name: calls the target for each new grant, and only
 * then gives the change back to be stored. Without a kill in between all goes well.
 */
export async function actFirst(deps: Partial<Pick<Deps, 'adapters'>>, change: Change): Promise<Change> {
  let acted = change
  for (const grant of change.grants ?? []) {
    if (grant.version === 0 && deps.adapters) acted = await callTarget(deps.adapters, acted, grant)
  }
  return acted
}

async function callTarget(adapters: Deps['adapters'], change: Change, grant: Grant): Promise<Change> {
  const adapter = await adapters.of(grant.target)
  const within = AbortSignal.timeout(5_000)
  const held = await adapter?.holds(callFor(grant), within)
  await adapter?.grant(callFor(grant), within)
  const holdings = change.holdings?.map((holding) => ({ ...holding, preexisting: holding.preexisting ?? held ?? null }))
  return { ...change, ...(holdings ? { holdings } : {}) }
}
