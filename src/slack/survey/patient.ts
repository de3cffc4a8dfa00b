import { setTimeout as sleep } from 'node:timers/promises'
import { failureOf } from '../slack-error.ts'

/** A check may take minutes in a large workspace, but does not hang for ever. */
const MOST_TRIES = 10
const MOST_WAIT_MS = 60_000

/** Calls Slack, and again after a 429 when Slack allows it. @throws what the last call threw */
export async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      const failure = failureOf(error)
      if (failure.kind !== 'rate-limited' || tries >= MOST_TRIES) throw error
      await sleep(Math.min(MOST_WAIT_MS, failure.afterMs))
    }
  }
}
