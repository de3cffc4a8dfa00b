import type { Refusals } from './ports.ts'

const WINDOW_MS = 60_000
/** More keys than this are swept of what is over. */
const MANY = 10_000

/** Refusals in memory: one event per key and minute, which counts those that came since the last one. */
export function countRefusals(): Refusals {
  const seen = new Map<string, { since: number; untold: number }>()
  return {
    count(key, now) {
      const last = seen.get(key)
      if (last && now - last.since < WINDOW_MS) {
        last.untold += 1
        return 0
      }
      if (seen.size >= MANY) sweep(seen, now)
      seen.set(key, { since: now, untold: 0 })
      return 1 + (last?.untold ?? 0)
    },
  }
}

function sweep(seen: Map<string, { since: number }>, now: number): void {
  for (const [key, { since }] of seen) if (now - since >= WINDOW_MS) seen.delete(key)
  if (seen.size >= MANY) seen.clear()
}
