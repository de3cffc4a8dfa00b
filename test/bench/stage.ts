import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { furnish, type Place, type PlaceOptions, startBot } from './bot.ts'
import { type Child, startOwn } from './child.ts'
import { BESIDE, MEASURED, slowSync } from './machine.ts'
import type { Driven } from './processes/connections.ts'
import type { CommandOrder, PressOrder } from './processes/load.ts'

/** How much is done. */
export interface Scale {
  readonly rounds: number
  /** Commands in a round, and before it, uncounted. */
  readonly commands: number
  readonly warmUp: number
  readonly presses: number
  /** Grants that end within a time. */
  readonly ending: number
  readonly endingWithinMs: number
  readonly endingRounds: number
  /** Grants that are there while memory is read, and how long nothing happens before. */
  readonly atRest: number
  readonly restMs: number
  readonly oldRequests: number
  readonly notices: number
  readonly limitMs: number
}

export const FULL: Scale = {
  rounds: 5,
  commands: 12_000,
  warmUp: 6_000,
  presses: 2_000,
  ending: 10_000,
  endingWithinMs: 60_000,
  endingRounds: 2,
  atRest: 10_000,
  restMs: 5_000,
  oldRequests: 1_000_000,
  notices: 1_000,
  limitMs: 1_000,
}

/** Shows only that everything runs: its figures mean nothing. */
export const QUICK: Scale = {
  rounds: 1,
  commands: 100,
  warmUp: 20,
  presses: 40,
  ending: 40,
  endingWithinMs: 500,
  endingRounds: 1,
  atRest: 40,
  restMs: 100,
  oldRequests: 200,
  notices: 40,
  limitMs: 50,
}

export interface Stage {
  readonly scale: Scale
  readonly folder: string
  /** Variables that make every fsync 2 ms longer; `undefined` without a C compiler. */
  readonly slow: Readonly<Record<string, string>> | undefined
  /** Slack and the target. */
  readonly standIn: Child
  readonly answers: string
  tell(progress: string): void
  /** A folder of its own for one life of a bot. */
  place(options: Pick<PlaceOptions, 'engineers'>): Promise<Place>
  type(order: Omit<CommandOrder, 'answers' | 'perPerson'> & { readonly perPerson?: number }): Promise<Driven>
  press(order: Omit<PressOrder, 'answers'>): Promise<Driven>
}

/** Sets up what all lines need, and clears it away afterwards, whatever happens. */
export async function onStage<Value>(
  options: Pick<Stage, 'scale' | 'tell'>,
  work: (stage: Stage) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-bench-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clean) // also when somebody interrupts
  const { child: standIn, port } = await startOwn('stand-in.ts', { cpu: BESIDE })
  const { child: load } = await startOwn('load.ts', { cpu: BESIDE })
  const url = `http://127.0.0.1:${port}`
  let places = 0
  const place: Stage['place'] = ({ engineers }) => {
    places += 1
    return furnish(join(folder, `place-${places}`), { engineers, apiUrl: `${url}/api/`, target: `${url}/target` })
  }
  try {
    await startOnce(await place({ engineers: 1 }))
    return await work({
      ...options,
      folder,
      slow: slowSync(folder),
      standIn,
      answers: `${url}/answers`,
      place,
      type: (order) => load.ask('commands', { perPerson: 5, ...order, answers: `${url}/answers` }),
      press: (order) => load.ask('presses', { ...order, answers: `${url}/answers` }),
    })
  } finally {
    await Promise.all([standIn.end('SIGKILL'), load.end('SIGKILL')])
    process.off('exit', clean)
    clean()
  }
}

/** Nothing is measured at the first start on a machine: what Node compiles is kept, and only when a process ends by itself. */
async function startOnce(place: Place): Promise<void> {
  const { child } = await startBot(place)
  await child.end()
}

/** What everything is compared with. */
export function startSmallestApp(env: Readonly<Record<string, string>> = {}) {
  return startOwn('smallest-app.ts', { cpu: MEASURED, env })
}
