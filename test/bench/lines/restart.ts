import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { activeUntil, write } from '../books.ts'
import { startBot } from '../bot.ts'
import { PER_PERSON } from '../crowd.ts'
import type { Line } from '../line.ts'
import { inWords, short, spreadOf } from '../spread.ts'
import type { Stage } from '../stage.ts'
import { untilRevoked } from './expiry.ts'

const GRANTS = 200
const MOST_MS = 3_000
/** The first process is killed so long before the ends. */
const START_MS = 6_000

/** Kills the bot, lets access outlive its time, and starts the bot again. */
export async function restart(stage: Stage): Promise<Line[]> {
  const took: number[] = []
  for (let round = 1; round <= stage.scale.rounds; round += 1) {
    took.push(await measure(stage))
    stage.tell(`first revoke ${short(took.at(-1)!)} ms after the spawn`)
  }
  const spread = spreadOf(took)
  return [
    {
      what: `First revoke call after kill -9 and restart, from process spawn, ${GRANTS} overdue`,
      reach: '≤ 3 s',
      measured: inWords(spread, ' ms'),
      reached: spread.most <= MOST_MS,
    },
  ]
}

/** On a machine that is busy with something else the first process may live too long: then again, with more time. */
async function measure(stage: Stage, startMs = START_MS): Promise<number> {
  const place = await stage.place({ engineers: GRANTS / PER_PERSON })
  const end = Date.now() + startMs
  await write(place, GRANTS, (policy, nth) => activeUntil(policy, nth, end))
  await stage.standIn.ask('forget')
  const first = await startBot(place)
  await first.child.end('SIGKILL')
  await sleep(Math.max(0, end - Date.now()) + 10)
  if ((await stage.standIn.ask<unknown[]>('revokes')).length > 0) return measure(stage, startMs * 2)
  const { child } = await startBot(place)
  try {
    const revokes = await untilRevoked(stage, GRANTS, 100)
    return Math.min(...revokes.values()) - child.spawnedAt
  } finally {
    await child.end('SIGKILL')
    await rm(place.folder, { recursive: true })
  }
}
