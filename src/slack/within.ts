import { setTimeout as sleep } from 'node:timers/promises'

/** What is known in time: `undefined` when it takes longer, or fails. Whoever decides asks again in any case. */
export function knownWithin<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  return Promise.race([work.catch(() => undefined), sleep(ms, undefined, { ref: false })])
}

/** Slack waits three seconds for field errors. */
export const CHECK_WITHIN_MS = 2_000
