import { type Alarm, alarmKey, type Standing, type Stuck, type StuckGrant } from './alarm.ts'
import type { Json } from './canonical-json.ts'
import { formatDuration } from './duration.ts'
import { instant } from './granting.ts'

/** When an alarm was raised, and when its receiver was to be told. */
export interface PageTimes {
  readonly since: number
  readonly at: number
}

/**
 * What a receiver of alarms is posted: how things stand now, or that the alarm is over (`standing` is `undefined`). The
 * same for the same facts, so that a repeat can be told from news. No people, and nothing that people typed.
 */
export function pageOf(alarm: Alarm, standing: Standing | undefined, { since, at }: PageTimes) {
  return {
    v: 1,
    alarm: alarm.about,
    status: standing ? 'firing' : 'cleared',
    key: alarmKey(alarm),
    at: instant(at),
    since: instant(since),
    ...(alarm.about === 'stuck' ? { target: alarm.target } : {}),
    ...(alarm.about === 'glass' ? { rule: alarm.rule } : {}),
    ...(standing?.about === 'stuck' ? grantsOf(standing.stuck) : {}),
    text: standing ? wrong(standing) : over(alarm),
  } satisfies { readonly [key: string]: Json }
}

function grantsOf({ count, oldest }: Stuck) {
  return { count, grants: oldest.map(grantOf) }
}

function grantOf({ grant, request, entitlement, endAt, revokingAt, attempts }: StuckGrant) {
  const begun = revokingAt === null ? {} : { revoking_since: instant(revokingAt) }
  return { grant, request, entitlement, end: instant(endAt), ...begun, attempts }
}

function wrong(standing: Standing): string {
  if (standing.about === 'clock') {
    return 'The clock of the machine was behind what is recorded. All access was ended, and none is given until it has caught up, or “breakglass start --confirm-clock” says that it is right.'
  }
  if (standing.about === 'glass') {
    const { rule, uses, limit, perMs } = standing
    return `The glass was broken ${uses} times under “${rule}” in the last ${formatDuration(perMs)}; ${limit} is what its rule bears.`
  }
  const { target, lost, stuck } = standing
  const grants = `${stuck.count} ${stuck.count === 1 ? 'grant' : 'grants'}`
  if (lost) {
    return `The config has no target “${target}” any more, so the access of ${grants} there cannot be taken away. Put the target back and start the bot again.`
  }
  const first = stuck.oldest[0]
  const oldest = first ? ` The oldest, ${first.grant}, had to end at ${instant(first.endAt)}.` : ''
  return `Access may still be there: “${target}” does not confirm that the access of ${grants} is gone.${oldest} The bot keeps trying. See: breakglass stuck`
}

function over(alarm: Alarm): string {
  switch (alarm.about) {
    case 'clock':
      return 'Over: the clock is right again.'
    case 'stuck':
      return `Over: no access on “${alarm.target}” is stuck any more.`
    case 'glass':
      return `Over: the glass is broken under “${alarm.rule}” no more often than its rule bears.`
  }
}
