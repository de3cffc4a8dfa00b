import { rm } from 'node:fs/promises'
import { pressesOn, waiting, write } from '../books.ts'
import { startBot } from '../bot.ts'
import { PER_PERSON } from '../crowd.ts'
import type { Line } from '../line.ts'
import { inWords, short, spreadOf } from '../spread.ts'
import { type Stage, startSmallestApp } from '../stage.ts'

const CONCURRENCY = 16
const MOST = 3

/**
 * From the press on Approve until another process can read the approval in the database: after the acknowledgement, the
 * fresh look-ups of the approver and of the requester, and the commit. The next press begins only then. The smallest app
 * has ended with its acknowledgement.
 */
export async function press(stage: Stage): Promise<Line[]> {
  const ratios: number[] = []
  const p99s: { app: number; bot: number }[] = []
  for (let round = 1; round <= stage.scale.rounds; round += 1) {
    const p99 = { app: await measureApp(stage), bot: await measureBot(stage) }
    p99s.push(p99)
    ratios.push(p99.bot / p99.app)
    stage.tell(`press to decision: p99 ${short(p99.bot)} ms, the app's ${short(p99.app)} ms in round ${round}`)
  }
  const ratio = spreadOf(ratios)
  const each = (side: 'app' | 'bot') => inWords(spreadOf(p99s.map((p99) => p99[side])), ' ms')
  return [
    {
      what: 'Press to durable decision, 16 at once, p99',
      reach: `≤ ${MOST} × the smallest app’s p99`,
      measured: `${inWords(ratio, ' ×')}; ${each('bot')} against ${each('app')}`,
      reached: ratio.median <= MOST,
    },
  ]
}

async function measureApp(stage: Stage): Promise<number> {
  const { child, port } = await startSmallestApp()
  const place = await stage.place({ engineers: 1 })
  try {
    const { presses } = stage.scale
    const all = pressesOn(place, presses * 2, Date.now())
    await stage.press({ port, concurrency: CONCURRENCY, presses: all.slice(presses) })
    return (await stage.press({ port, concurrency: CONCURRENCY, presses: all.slice(0, presses) })).p99
  } finally {
    await child.end('SIGKILL')
  }
}

async function measureBot(stage: Stage): Promise<number> {
  const { presses, warmUp } = stage.scale
  const all = presses + Math.min(presses, warmUp)
  const place = await stage.place({ engineers: Math.ceil(all / PER_PERSON) })
  const now = Date.now()
  await write(place, all, (policy, nth) => waiting(policy, nth, now))
  const ready = pressesOn(place, all, now)
  const { child, port } = await startBot(place)
  try {
    const order = { port, concurrency: CONCURRENCY, database: place.database }
    await stage.press({ ...order, presses: ready.slice(presses) })
    return (await stage.press({ ...order, presses: ready.slice(0, presses) })).p99
  } finally {
    await child.end('SIGKILL')
    await rm(place.folder, { recursive: true })
  }
}
