import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { startBot } from '../bot.ts'
import { PER_PERSON } from '../crowd.ts'
import type { Line } from '../line.ts'
import { processorMs } from '../process-facts.ts'
import { inWords, short, spreadOf } from '../spread.ts'
import { type Stage, startSmallestApp } from '../stage.ts'

const SETTLE_WITHIN_MS = 300_000

interface Case {
  readonly name: string
  readonly concurrency: number
  readonly slow: boolean
  /** Times the smallest app. */
  readonly reach: number
}

const CASES: readonly Case[] = [
  { name: 'One-line request to durable, 16 at once', concurrency: 16, slow: false, reach: 0.5 },
  { name: 'One-line request to durable, 64 at once', concurrency: 64, slow: false, reach: 0.5 },
  { name: 'The same, 2 ms more for each fsync, 64 at once', concurrency: 64, slow: true, reach: 0.4 },
]

interface Side {
  readonly perSecond: number
  /** Processor time for each, in microseconds: says how much work it is, also where others use the machine. */
  readonly work: number
}

interface Turn {
  readonly app: Side
  readonly bot: Side
}

/** Requests found in the database, against what the smallest app acknowledges; in turn. */
export async function throughput(stage: Stage): Promise<Line[]> {
  const cases = CASES.filter(({ slow }) => !slow || stage.slow)
  if (!stage.slow) stage.tell('NO C COMPILER: the line with 2 ms added to each fsync is left out')
  const turns = new Map<Case, Turn[]>(cases.map((one) => [one, []]))
  for (let round = 1; round <= stage.scale.rounds; round += 1) {
    for (const one of cases) {
      const turn = { app: await measureApp(stage, one), bot: await measureBot(stage, one) }
      turns.get(one)?.push(turn)
      stage.tell(`${one.name}: ${inShort(turn.bot)}; the app ${inShort(turn.app)} in round ${round}`)
    }
  }
  return cases.map((one) => lineOf(one, turns.get(one) ?? []))
}

function lineOf({ name, reach }: Case, turns: readonly Turn[]): Line {
  const ratio = spreadOf(turns.map(({ app, bot }) => bot.perSecond / app.perSecond))
  const each = (side: keyof Turn) => inWords(spreadOf(turns.map((turn) => turn[side].perSecond)), '/s')
  const work = (side: keyof Turn) => inWords(spreadOf(turns.map((turn) => turn[side].work)), ' µs')
  return {
    what: name,
    reach: `≥ ${reach} × the smallest app`,
    measured: `${inWords(ratio, ' ×')}; ${each('bot')} of ${each('app')}; processor time for each ${work('bot')} against ${work('app')}`,
    reached: ratio.median >= reach,
  }
}

function inShort({ perSecond, work }: Side): string {
  return `${short(perSecond)}/s, ${short(work)} µs each`
}

function envOf(stage: Stage, { slow }: Case): Readonly<Record<string, string>> {
  return slow ? (stage.slow ?? {}) : {}
}

async function measureApp(stage: Stage, one: Case): Promise<Side> {
  const { commands, warmUp } = stage.scale
  const { child, port } = await startSmallestApp(envOf(stage, one))
  try {
    await stage.type({ port, concurrency: one.concurrency, from: 0, count: warmUp })
    const before = processorMs(child.pid)
    const { startedAt, endedAt } = await stage.type({ port, ...one, from: warmUp, count: commands })
    return sideOf(commands, endedAt - startedAt, processorMs(child.pid) - before)
  } finally {
    await child.end('SIGKILL')
  }
}

async function measureBot(stage: Stage, one: Case): Promise<Side> {
  const { commands, warmUp } = stage.scale
  const { concurrency } = one
  await stage.standIn.ask('engineers', Math.ceil((commands + warmUp) / PER_PERSON))
  const place = await stage.place({ engineers: 'usergroup' })
  const { child, port } = await startBot(place, { env: envOf(stage, one) })
  try {
    await stage.type({ port, concurrency, from: 0, count: warmUp })
    const before = await settled(place.database)
    const processorBefore = processorMs(child.pid)
    const { startedAt } = await stage.type({ port, concurrency, from: warmUp, count: commands })
    const after = await settled(place.database)
    const processor = processorMs(child.pid) - processorBefore
    return sideOf(after.requests - before.requests, after.at - startedAt, processor)
  } finally {
    await child.end('SIGKILL')
    await rm(place.folder, { recursive: true })
  }
}

function sideOf(count: number, tookMs: number, processor: number): Side {
  return { perSecond: (count * 1_000) / tookMs, work: (processor * 1_000) / count }
}

/** Waits until everything that was received is answered; tells when, and how many requests there are then. */
export async function settled(path: string): Promise<{ readonly at: number; readonly requests: number }> {
  const db = new Database(path, { readonly: true })
  try {
    const waiting = db.prepare('SELECT EXISTS (SELECT 1 FROM inbox WHERE done_at IS NULL)').pluck()
    const giveUpAt = Date.now() + SETTLE_WITHIN_MS
    while (waiting.get() === 1) {
      if (Date.now() > giveUpAt) throw new Error('what was received is not answered')
      await sleep(2)
    }
    const at = performance.timeOrigin + performance.now()
    return { at, requests: db.prepare('SELECT count(*) FROM requests').pluck().get() as number }
  } finally {
    db.close()
  }
}
