import type { Deliver } from '../../src/operations/delivery.ts'
import type { Deps } from '../../src/operations/ports.ts'
import { noteUnreached } from '../../src/operations/unreached.ts'

/** A Slack that only remembers: each card gets a place, or is refused with a code, by its destination. */
export function postCards(
  deps: Pick<Deps, 'clock' | 'policy' | 'reached' | 'store'>,
  refuses: Map<string, string>,
): Deliver {
  let count = 0
  return async ({ effect }) => {
    const copy = effect.kind === 'draw' ? await deps.store.copy(effect.copy) : undefined
    if (!copy || copy.ts !== null || copy.failed !== null) return { kind: 'done' }
    const code = refuses.get(copy.destination)
    if (code !== undefined) await noteUnreached(deps, copy.id, code)
    else {
      count += 1
      const channel = copy.destination.startsWith('U') ? `D${copy.destination.slice(1)}` : copy.destination
      await deps.store.commit({ copies: [{ ...copy, channel, ts: `${deps.clock.now() / 1000}.${count}` }] })
    }
    return { kind: 'done' }
  }
}
