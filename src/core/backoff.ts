const FIRST_MS = 1_000
const MOST_MS = 60_000

/**
 * How long to wait before the next attempt: 1 s, 2, 4 … at most 60 s, each ±20 % so that many do not come at once.
 *
 * @param attempts failed so far, at least 1
 * @param fraction random, from 0 to 1
 */
export function backoffMs(attempts: number, fraction: number): number {
  const plain = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 10))
  return Math.round(plain * (0.8 + 0.4 * fraction))
}
