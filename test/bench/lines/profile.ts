import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { areasOf, type CpuProfile, type Window } from '../areas.ts'
import { startBot } from '../bot.ts'
import { PER_PERSON } from '../crowd.ts'
import { type Line, plainLine } from '../line.ts'
import { short } from '../spread.ts'
import type { Stage } from '../stage.ts'
import { settled } from './throughput.ts'

const CONCURRENCY = 64
/** What is below is not worth a line. */
const LEAST_SHARE = 0.005

/** Where the bot's processor time goes while it takes requests, as V8 samples it. */
export async function profile(stage: Stage): Promise<Line[]> {
  const { commands, warmUp } = stage.scale
  await stage.standIn.ask('engineers', Math.ceil((commands + warmUp) / PER_PERSON))
  const place = await stage.place({ engineers: 'usergroup' })
  const { child, port } = await startBot(place, { nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${place.folder}`] })
  let window: Window
  let calls: Readonly<Record<string, number>>
  try {
    await stage.type({ port, concurrency: CONCURRENCY, from: 0, count: warmUp })
    await stage.standIn.ask('forget')
    const { startedAt } = await stage.type({ port, concurrency: CONCURRENCY, from: warmUp, count: commands })
    const { at } = await settled(place.database)
    window = { fromMs: startedAt - child.spawnedAt, toMs: at - child.spawnedAt }
    calls = await stage.standIn.ask('counts')
  } finally {
    await child.end()
  }
  const areas = areasOf(await readProfile(place.folder), window).filter(({ share }) => share >= LEAST_SHARE)
  await rm(place.folder, { recursive: true })
  return [
    ...areas.map(({ area, share }) => plainLine(area, `${(share * 100).toFixed(1)} %`)),
    ...Object.entries(calls).map(([name, count]) => {
      return plainLine(`calls meanwhile: ${name}`, `${short(count / commands)} for each request`)
    }),
  ]
}

async function readProfile(folder: string): Promise<CpuProfile> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error('no profile was written')
  return JSON.parse(await readFile(join(folder, file), 'utf8'))
}
