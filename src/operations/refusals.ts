import { merge, nothing, record } from '../core/change.ts'
import type { EventDraft } from '../core/event.ts'
import { commit } from './commit.ts'
import type { Deps, Refusals } from './ports.ts'

const WINDOW_MS = 60_000
/** So many keys at most: in a storm of made-up ones, the oldest are told early. */
const MANY = 10_000

interface Seen {
  readonly event: EventDraft
  readonly since: number
  /** Refusals that no event counts yet. */
  untold: number
}

/** Refusals in memory: an event at once, and one for all that came in the minute after it. */
export function countRefusals(): Refusals {
  const seen = new Map<string, Seen>()
  return {
    first(event) {
      const key = [event.actor, event.name, event.detail?.code, event.request].join(' ')
      const last = seen.get(key)
      if (last) {
        last.untold += 1
        return false
      }
      seen.set(key, { event, since: event.at, untold: 0 })
      return true
    },
    over(now) {
      const over = [...seen].filter(([, { since }], index) => now - since >= WINDOW_MS || index < seen.size - MANY)
      for (const [key] of over) seen.delete(key)
      return over.flatMap(([, { event, untold }]) => (untold > 0 ? [counted(event, untold, now)] : []))
    },
  }
}

function counted(event: EventDraft, count: number, at: number): EventDraft {
  return { ...event, at, detail: { ...event.detail, count } }
}

/** Records the refusals that came after one that was recorded, once their minute is over; all of them at the end. */
export async function tellRefusals(
  deps: Pick<Deps, 'store' | 'refusals' | 'reached'>,
  now: number,
  upTo = now,
): Promise<void> {
  const events = deps.refusals.over(upTo).map((event) => ({ ...event, at: now }))
  await commit(deps, events.length > 0 ? merge(...events.map(record)) : nothing)
}
