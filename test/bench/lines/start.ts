import { rm } from 'node:fs/promises'
import { lapsedLongAgo, write } from '../books.ts'
import { type Place, startBot } from '../bot.ts'
import type { Line } from '../line.ts'
import { counted, inWords, spreadOf } from '../spread.ts'
import type { Stage } from '../stage.ts'

const MOST = 1.5
const DAY_MS = 86_400_000

/** From the spawn until `/readyz` says 200, with an empty database and with a large one, in turn. */
export async function start(stage: Stage): Promise<Line[]> {
  const { oldRequests, rounds } = stage.scale
  const empty = await stage.place({ engineers: 1 })
  const full = await stage.place({ engineers: 1 })
  stage.tell(`writing ${counted(oldRequests)} old requests`)
  const longAgo = Date.now() - 400 * DAY_MS
  await write(full, oldRequests, (policy, nth) => lapsedLongAgo(policy, nth, longAgo + nth * 10))
  for (const place of [empty, full]) await readyAfter(place) // makes the key, and has the file read once
  const turns: { empty: number; full: number }[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const turn = { empty: await readyAfter(empty), full: await readyAfter(full) }
    turns.push(turn)
    stage.tell(`start to ready: ${turn.empty} ms with none, ${turn.full} ms with ${counted(oldRequests)}`)
  }
  await rm(full.folder, { recursive: true })
  const ratio = spreadOf(turns.map((turn) => turn.full / turn.empty))
  const each = (side: 'empty' | 'full') => inWords(spreadOf(turns.map((turn) => turn[side])), ' ms')
  return [
    {
      what: `Start to ready with ${counted(oldRequests)} old requests`,
      reach: `≤ ${MOST} × with none`,
      measured: `${inWords(ratio, ' ×')}; ${each('full')} against ${each('empty')}`,
      reached: ratio.median <= MOST,
    },
  ]
}

async function readyAfter(place: Place): Promise<number> {
  const { child, readyAfterMs } = await startBot(place)
  await child.end()
  return readyAfterMs
}
