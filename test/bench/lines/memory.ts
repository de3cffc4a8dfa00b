import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { activeUntil, write } from '../books.ts'
import { startBot } from '../bot.ts'
import { PER_PERSON } from '../crowd.ts'
import type { Line } from '../line.ts'
import { residentMiB } from '../process-facts.ts'
import { counted, inWords, short, spreadOf } from '../spread.ts'
import { type Stage, startSmallestApp } from '../stage.ts'

const MOST = 1.5
const HOUR_MS = 3_600_000

/** Resident memory of the process, after it was left alone for a while. */
export async function memory(stage: Stage): Promise<Line[]> {
  const { atRest, rounds } = stage.scale
  const place = await stage.place({ engineers: Math.ceil(atRest / PER_PERSON) })
  const end = Date.now() + HOUR_MS / 4
  await write(place, atRest, (policy, nth) => activeUntil(policy, nth, end))
  const turns: { app: number; bot: number }[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const app = await atRestOf(stage, (await startSmallestApp()).child)
    const bot = await atRestOf(stage, (await startBot(place)).child)
    if (app === undefined || bot === undefined) return []
    turns.push({ app, bot })
    stage.tell(`memory at rest: ${short(bot)} MiB, the app's ${short(app)} MiB`)
  }
  await rm(place.folder, { recursive: true })
  const ratio = spreadOf(turns.map(({ app, bot }) => bot / app))
  const each = (side: 'app' | 'bot') => inWords(spreadOf(turns.map((turn) => turn[side])), ' MiB')
  return [
    {
      what: `Memory at rest with ${counted(atRest)} live grants`,
      reach: `≤ ${MOST} × the smallest app`,
      measured: `${inWords(ratio, ' ×')}; ${each('bot')} against ${each('app')}`,
      reached: ratio.median <= MOST,
    },
  ]
}

async function atRestOf(
  { scale }: Stage,
  child: { readonly pid: number; end(signal: 'SIGKILL'): Promise<void> },
): Promise<number | undefined> {
  try {
    await sleep(scale.restMs)
    return residentMiB(child.pid)
  } finally {
    await child.end('SIGKILL')
  }
}
