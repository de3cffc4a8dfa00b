import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { activeUntil, nthId, write } from '../books.ts'
import { startBot } from '../bot.ts'
import { PER_PERSON } from '../crowd.ts'
import type { Line } from '../line.ts'
import { counted, inWords, quantile, short, spreadOf } from '../spread.ts'
import type { Stage } from '../stage.ts'

/** After all is written, the bot has so long to start before the first end. */
const START_MS = 5_000
const WRITE_MS_EACH = 0.6
const MOST_P99_MS = 25
const MOST_MS = 1_000

interface Lateness {
  readonly least: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

/** When the target is first told to revoke, by its own clock, for each of many grants. */
export async function expiry(stage: Stage): Promise<Line[]> {
  const rounds: Lateness[] = []
  for (let round = 1; round <= stage.scale.endingRounds; round += 1) {
    const late = await measureInTime(stage)
    rounds.push(late)
    stage.tell(`first revoke call: ${short(late.least)} to ${short(late.most)} ms late, p99 ${short(late.p99)} ms`)
  }
  const each = (which: keyof Lateness) => spreadOf(rounds.map((round) => round[which]))
  const { ending, endingWithinMs } = stage.scale
  return [
    {
      what: `First revoke call, ${counted(ending)} grants ending within ${short(endingWithinMs / 1_000)} s, no-op target`,
      reach: `never early; p99 ≤ ${MOST_P99_MS} ms late, max ≤ 1 s`,
      measured: `earliest ${inWords(each('least'), ' ms')}, median ${inWords(each('p50'), ' ms')}, p99 ${inWords(each('p99'), ' ms')}, max ${inWords(each('most'), ' ms')} late`,
      reached: each('least').least >= 0 && each('p99').median <= MOST_P99_MS && each('most').most <= MOST_MS,
    },
  ]
}

/** On a machine that is busy with something else the bot may start too late: then again, with more time. */
async function measureInTime(stage: Stage): Promise<Lateness> {
  for (let startMs = START_MS; ; startMs *= 2) {
    const late = await measure(stage, startMs)
    if (late) return late
  }
}

async function measure(stage: Stage, startMs: number): Promise<Lateness | undefined> {
  const { ending, endingWithinMs } = stage.scale
  const place = await stage.place({ engineers: Math.ceil(ending / PER_PERSON) })
  const firstEnd = Date.now() + ending * WRITE_MS_EACH + startMs
  const endOf = (nth: number) => Math.round(firstEnd + (nth / ending) * endingWithinMs)
  await write(place, ending, (policy, nth) => activeUntil(policy, nth, endOf(nth)))
  await stage.standIn.ask('forget')
  const { child } = await startBot(place)
  try {
    if (Date.now() > firstEnd) return undefined
    const revokes = await untilRevoked(stage, ending)
    const late = Array.from({ length: ending }, (_, nth) => {
      return (revokes.get(nthId(nth).replace('R', 'G')) ?? Number.POSITIVE_INFINITY) - endOf(nth)
    }).sort((a, b) => a - b)
    return { least: late[0]!, p50: quantile(late, 0.5), p99: quantile(late, 0.99), most: late.at(-1)! }
  } finally {
    await child.end('SIGKILL')
    await rm(place.folder, { recursive: true })
  }
}

/** Asks now and then, so as not to disturb; gives up when nothing more comes. */
export async function untilRevoked(stage: Stage, count: number, everyMs = 2_000): Promise<ReadonlyMap<string, number>> {
  const giveUpAt = Date.now() + stage.scale.endingWithinMs + 60_000
  for (;;) {
    const revokes = new Map(await stage.standIn.ask<[string, number][]>('revokes'))
    if (revokes.size >= count || Date.now() > giveUpAt) return revokes
    await sleep(everyMs)
  }
}
