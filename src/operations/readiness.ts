import type { Deps } from './ports.ts'

/** The loop wakes at least every second; one that has not for this long is stuck. */
const LOOP_WITHIN_MS = 10_000

export interface Vitals {
  readonly slackConnected: boolean
  /** The instant of the loop's last tick; `undefined` before the first. */
  readonly lastTickAt: number | undefined
}

/** Why the bot cannot do its work now; empty when it can. */
export async function unreadiness({ store, clock }: Pick<Deps, 'store' | 'clock'>, vitals: Vitals): Promise<string[]> {
  const now = clock.now()
  const reasons: string[] = []
  try {
    await store.probe(now)
  } catch {
    reasons.push('the database cannot be written')
  }
  if (!vitals.slackConnected) reasons.push('Slack is not connected')
  const late = vitals.lastTickAt === undefined || now - vitals.lastTickAt > LOOP_WITHIN_MS
  if (late) reasons.push('the loop does not tick')
  return reasons
}
