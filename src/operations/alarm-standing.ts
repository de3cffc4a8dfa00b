import type { Alarm, Standing } from '../core/alarm.ts'
import type { Deps } from './ports.ts'

/** So many of the grants that are stuck are named; the rest are counted. */
const MOST_NAMED = 20

/** What is read before anybody is alarmed. */
export type StandingDeps = Pick<Deps, 'store' | 'policy' | 'clockIsRight' | 'clock'>

/** How things stand with an alarm; `undefined` when it is over. */
export async function standingOf(deps: StandingDeps, alarm: Alarm): Promise<Standing | undefined> {
  if (alarm.about === 'clock') return deps.clockIsRight() ? undefined : alarm
  if (alarm.about === 'glass') return glassStanding(deps, alarm.rule)
  const { target } = alarm
  const lost = !deps.policy.targets.has(target)
  const stuck = await deps.store.stuckOn(target, { lost, limit: MOST_NAMED })
  return stuck.count > 0 ? { about: 'stuck', target, lost, stuck } : undefined
}

/** How often the glass was broken under a rule, if that is more than the rule bears. */
async function glassStanding({ store, policy, clock }: StandingDeps, rule: string): Promise<Standing | undefined> {
  const alarm = policy.breakGlass.get(rule)?.alarm
  if (!alarm) return undefined
  const uses = await store.usesOfRule(rule, clock.now() - alarm.perMs)
  return uses > alarm.uses ? { about: 'glass', rule, uses, limit: alarm.uses, perMs: alarm.perMs } : undefined
}
