import { repeatMs, type Standing } from '../core/alarm.ts'
import { type Change, merge, nothing, record } from '../core/change.ts'
import { formatDuration } from '../core/duration.ts'
import type { Effect } from '../core/effect.ts'
import { instant } from '../core/granting.ts'
import type { Delivery } from '../core/store.ts'
import { type StandingDeps, standingOf } from './alarm-standing.ts'
import { settling } from './amend.ts'
import { commit } from './commit.ts'
import type { Outcome } from './delivery.ts'
import type { AlarmReceivers, Deps } from './ports.ts'
import { tellSecurity } from './tell-security.ts'

/** Whether an alarm is over is looked up this often. */
const LOOK_EVERY_MS = 60_000
/** Uses of broken glass leave their window slowly, and a new one is looked at at once. */
const LOOK_AT_USES_MS = 600_000
const SETTLED: Outcome = { kind: 'settled', reachable: undefined }

type AlarmEffect = Extract<Effect, { kind: 'alarm' }>
type Needs = StandingDeps & Pick<Deps, 'clock' | 'reached' | 'receivers'>

/**
 * Something is wrong: every receiver is told at once, and again when more of it goes wrong, and at growing distances for
 * as long as it lasts; then that it is over. The security channel heard of it by the event that raised the alarm, and
 * hears of each repeat by another one.
 */
export async function soundAlarm(deps: Needs, delivery: Delivery): Promise<Outcome> {
  const effect = alarmIn(delivery)
  const now = deps.clock.now()
  const standing = await standingOf(deps, effect.alarm)
  const pages = pagesTo(deps.receivers, effect, now)
  if (!standing) {
    const isOver = effect.alarm.about !== 'glass' || effect.told > 0 // which is raised before anybody has counted
    await commit(deps, settling(delivery, isOver ? pages : nothing, null))
    return SETTLED
  }
  const news = isNews(effect, standing)
  if (standing.about === 'glass' && !news) return await keepLooking(deps, delivery, { ...effect, count: standing.uses })
  const repeatAt = Math.min(effect.toldAt, now) + repeatMs(effect.told) // a clock that was set back delays no repeat for long
  if (!news && now < repeatAt) return { kind: 'again', afterMs: Math.min(LOOK_EVERY_MS, repeatAt - now) }
  const told = news ? Math.max(1, effect.told) : effect.told + 1
  const next = { ...effect, ...extentOf(standing), told, toldAt: now, dueAt: now + LOOK_EVERY_MS }
  const again = news ? nothing : repeated(next, standing)
  const called = standing.about === 'glass' ? callSecurity(deps, standing, now) : nothing
  await commit(deps, settling(delivery, merge(pages, { effects: [next] }, again, called), null))
  return SETTLED
}

/**
 * Broken glass does not mend: once told, only one more use is news. So it is looked up now and then whether its window is
 * over, and how many uses are still in it.
 */
async function keepLooking(deps: Needs, delivery: Delivery, effect: AlarmEffect): Promise<Outcome> {
  const again = { ...effect, dueAt: deps.clock.now() + LOOK_AT_USES_MS }
  await commit(deps, settling(delivery, { effects: [again] }, null))
  return SETTLED
}

/** Those uses are events by themselves; that they are too many, somebody must hear. */
function callSecurity(deps: Needs, { rule, uses, limit, perMs }: Extract<Standing, { about: 'glass' }>, now: number) {
  const sentence = `The glass was broken ${uses} times under ${rule} in the last ${formatDuration(perMs)}; its rule bears ${limit}. The cards above say by whom, and for what.`
  return tellSecurity(deps, sentence, `glass:${rule}:${uses}:${now}`, now)
}

/** @throws when it is of another kind, which only a wrong wiring can cause */
function alarmIn({ effect }: Delivery): AlarmEffect {
  if (effect.kind !== 'alarm') throw new Error(`not an alarm: ${effect.kind}`)
  return effect
}

function pagesTo({ names }: Pick<AlarmReceivers, 'names'>, { alarm, since }: AlarmEffect, now: number): Change {
  return { effects: names.map((receiver) => ({ kind: 'page', alarm, since, receiver, dueAt: now }) as const) }
}

/** Never told yet, or there is more of it than was told. */
function isNews(effect: AlarmEffect, standing: Standing): boolean {
  const { newestAt, count } = extentOf(standing)
  return effect.told === 0 || newestAt > effect.newestAt || count > effect.count
}

/** How much of it there is. */
function extentOf(standing: Standing): Pick<AlarmEffect, 'newestAt' | 'count'> {
  if (standing.about === 'clock') return { newestAt: 0, count: 1 }
  if (standing.about === 'glass') return { newestAt: 0, count: standing.uses }
  return { newestAt: standing.stuck.newestAt, count: standing.stuck.count }
}

/** What the security channel is told again. A wrong clock is no new event. */
function repeated({ told, toldAt }: AlarmEffect, standing: Standing): Change {
  if (standing.about !== 'stuck') return nothing
  const { target, stuck } = standing
  const first = stuck.oldest[0]
  const oldest = first ? { oldest: first.grant, since: instant(first.endAt) } : {}
  const detail = { target, count: stuck.count, ...oldest, repeat: told - 1 }
  return record({ name: 'grant.stuck', at: toldAt, actor: 'system', detail })
}
