import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqlite, type SqliteStore } from '../../../src/store/open.ts'
import { activeUntil, write } from '../books.ts'
import { furnish, type Place, startBot } from '../bot.ts'
import { type Child, startOwn } from '../child.ts'
import { PER_PERSON } from '../crowd.ts'
import type { Line } from '../line.ts'
import { BESIDE } from '../machine.ts'
import type { Asked, PostCall } from '../processes/workspace.ts'
import { counted, short } from '../spread.ts'
import type { Stage } from '../stage.ts'

const MOST_S = 30
const MOST_CALLS = 1.1
const MOST_CARD_MS = 2_000
const START_MS = 6_000
const TOLD_WITHIN_MS = 180_000
const ASK_EVERY_MS = 3_000
/** People who ask meanwhile. */
const OTHERS = 8

interface Told {
  readonly seconds: number
  readonly calls: number
  readonly messages: number
  readonly cardMs: number
}

/** Many grants end at one instant, and the security channel is to hear of each, within Slack's rates. */
export async function notices(stage: Stage): Promise<Line[]> {
  const { child: workspace } = await startOwn('workspace.ts', { cpu: BESIDE })
  try {
    const { seconds, calls, messages, cardMs } = await measure(stage, workspace)
    const perMessage = calls / Math.max(1, messages)
    return [
      {
        what: `${counted(stage.scale.notices)} grants that end at one instant told to one channel, at Slack’s rates`,
        reach: `≤ ${MOST_S} s, ≤ ${MOST_CALLS} calls a message, a new card meanwhile ≤ 2 s late`,
        measured: `${short(seconds)} s, ${messages} messages, ${short(perMessage)} calls each, cards at most ${short(cardMs)} ms`,
        reached: seconds <= MOST_S && perMessage <= MOST_CALLS && cardMs <= MOST_CARD_MS,
      },
    ]
  } finally {
    await workspace.end('SIGKILL')
  }
}

async function measure(stage: Stage, workspace: Child): Promise<Told> {
  const { notices: count } = stage.scale
  const engineers = Math.ceil(count / PER_PERSON) + OTHERS
  const settings = await workspace.ask<{ apiUrl: string; botToken: string; signingSecret: string }>(
    'settings',
    engineers,
  )
  const answers = new URL(stage.answers)
  const place = await furnish(join(stage.folder, 'notices'), {
    ...settings,
    engineers,
    target: new URL('/target', answers).href,
  })
  const end = Date.now() + START_MS
  await write(place, count, (policy, nth) => ({ ...activeUntil(policy, nth, end), copies: [] }))
  const { child, port } = await startBot(place)
  try {
    await workspace.ask('deliverTo', `http://127.0.0.1:${port}/slack/events`)
    await sleep(Math.max(0, end - Date.now()))
    const begunAt = Date.now() // later than the end where the machine is busy with something else
    const toldAt = untilTold(place, count)
    const cards = await askMeanwhile(stage, workspace, toldAt)
    const posts = await workspace.ask<PostCall[]>('posts')
    const own = posts.filter(({ channel, at }) => channel === 'C0SECURITY' && at >= begunAt)
    return {
      seconds: ((await toldAt) - begunAt) / 1_000,
      calls: own.length,
      messages: own.filter(({ ok }) => ok).length,
      cardMs: Math.max(...cards),
    }
  } finally {
    await child.end('SIGKILL')
    await rm(place.folder, { recursive: true })
  }
}

/** Resolves with the instant at which the channel has heard of every end. */
async function untilTold(place: Place, count: number): Promise<number> {
  const store = await openSqlite(place.database, { migrate: false })
  try {
    const giveUpAt = Date.now() + TOLD_WITHIN_MS
    while (Date.now() < giveUpAt) {
      const ended = await store.grants({ states: ['revoked'], limit: count })
      if (ended.length === count && (await isTold(store))) return Date.now()
      await sleep(100)
    }
    return Date.now()
  } finally {
    await store.close()
  }
}

async function isTold(store: SqliteStore): Promise<boolean> {
  const untold = await store.events({ after: await store.fedUpTo('security'), limit: 10_000 })
  return !untold.some(({ name }) => name === 'grant.revoked')
}

/** Somebody asks now and then until all is told; gives how long each waited for the card. */
async function askMeanwhile(stage: Stage, workspace: Child, toldAt: Promise<unknown>): Promise<number[]> {
  const first = Math.ceil(stage.scale.notices / PER_PERSON)
  const took: number[] = []
  for (let nth = 0; nth < OTHERS; nth += 1) {
    const line = `/breakglass orders-0${nth % 10} 15m INC-${nth} needed meanwhile`
    took.push((await workspace.ask<Asked>('asks', { by: first + nth, line })).tookMs)
    stage.tell(`a card after ${short(took.at(-1)!)} ms`)
    const told = await Promise.race([toldAt, sleep(ASK_EVERY_MS)])
    if (told !== undefined) break
  }
  await toldAt
  return took
}
