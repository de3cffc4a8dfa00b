import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { BREAKS, type BreakName, isBreak } from './breaks.ts'
import { tidy } from './real.ts'
import { type Told, tellStories } from './stories.ts'
import { TRANSITIONS } from './transitions.ts'

/** Each transition comes so often in a run of 2,000 stories, and in proportion in a longer one. */
const LEAST = 50
/** A bug that is not noticed in so many stories is not noticed. */
const PROVE_STORIES = 2_000

interface Chosen {
  readonly sequences: number
  readonly seed: number
  readonly break?: BreakName
  readonly prove: boolean
  readonly json: boolean
  /** This process tells its stories alone, and sends what came of them. */
  readonly part: boolean
}

const chosen: Chosen = new Command('model')
  .description('Tells random stories to the bot and to a small model of it, and compares what both make of them.')
  .option('--sequences <count>', 'how many stories', wholeNumber, 2_000)
  .option('--seed <number>', 'repeats a run', wholeNumber, 1)
  .option('--break <name>', 'plants a bug, so that it must fail', breakName)
  .option('--prove', 'plants one bug after the other, and succeeds if each is noticed', false)
  .option('--json', 'prints what came of it as JSON', false)
  .option('--part', 'one process of several', false)
  .addHelpText(
    'after',
    `\nBugs:\n${Object.keys(BREAKS)
      .map((name) => `  ${name}`)
      .join('\n')}\n\nExit code: 0 no story came out otherwise and all is covered, 1 otherwise.`,
  )
  .parse()
  .opts()

if (chosen.part) await tellPart()
else process.exitCode = (await (chosen.prove ? prove() : run())) ? 0 : 1

async function tellPart(): Promise<void> {
  const { sequences, seed, break: broken } = chosen
  const told = await tellStories({
    sequences,
    seed,
    ...(broken ? { sabotage: BREAKS[broken] } : {}),
    tell: (stories) => console.error(`${stories} of ${sequences} stories (seed ${seed})`),
  })
  await tidy()
  process.send?.({ ...told, coverage: [...told.coverage] })
}

async function run(): Promise<boolean> {
  const told = await tellTogether(chosen, availableParallelism())
  const seldom = missing(told)
  const ok = told.counterexample === undefined && (chosen.break !== undefined || seldom.length === 0)
  if (chosen.json) {
    console.log(JSON.stringify({ ok, ...told, coverage: Object.fromEntries(told.coverage), seldom }, null, 2))
    return ok
  }
  for (const [what, times] of [...told.coverage].sort()) console.log(`${String(times).padStart(8)}  ${what}`)
  console.log(told.counterexample ?? `${told.stories} stories, none came out otherwise than the model says`)
  if (seldom.length > 0) console.log(`too seldom, or never: ${seldom.join('; ')}`)
  return ok
}

/** Transitions that came too seldom for the length of the run. */
function missing({ stories, coverage }: Told): string[] {
  const least = Math.floor((LEAST * Math.min(stories, PROVE_STORIES)) / PROVE_STORIES)
  return TRANSITIONS.filter((what) => (coverage.get(what) ?? 0) < least)
}

async function prove(): Promise<boolean> {
  const names = chosen.break ? [chosen.break] : Object.keys(BREAKS).filter(isBreak)
  let ok = true
  for (const name of names) {
    const told = await tellTogether({ ...chosen, sequences: PROVE_STORIES, break: name }, availableParallelism())
    const noticed = told.counterexample !== undefined
    ok &&= noticed
    console.log(
      noticed
        ? `${name} was noticed within ${told.stories} stories`
        : `${name} was NOT NOTICED in ${told.stories} stories`,
    )
  }
  return ok
}

/** Several processes share the stories. */
async function tellTogether({ sequences, seed, break: broken }: Chosen, processes: number): Promise<Told> {
  const parts = Array.from({ length: processes }, (_, index) => {
    const share = Math.floor(sequences / processes) + (index < sequences % processes ? 1 : 0)
    const args = ['--part', '--sequences', `${share}`, '--seed', `${seed + index}`]
    return partFrom([...args, ...(broken ? ['--break', broken] : [])])
  })
  const told = await Promise.all(parts)
  const coverage = new Map<string, number>()
  for (const part of told)
    for (const [what, times] of part.coverage) coverage.set(what, (coverage.get(what) ?? 0) + times)
  return {
    stories: told.reduce((sum, { stories }) => sum + stories, 0),
    coverage,
    counterexample: told.find(({ counterexample }) => counterexample !== undefined)?.counterexample,
  }
}

function partFrom(args: readonly string[]): Promise<Told> {
  const child = fork(import.meta.filename, args, {
    stdio: ['ignore', 'inherit', chosen.json ? 'ignore' : 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (told) => resolve(told as Told))
    child.once('exit', (code) => reject(new Error(`a part ended with ${code} and told nothing`)))
  })
}

function wholeNumber(typed: string): number {
  if (/^\d{1,9}$/.test(typed)) return Number(typed)
  throw new InvalidArgumentError('a whole number, please')
}

function breakName(typed: string): BreakName {
  if (isBreak(typed)) return typed
  throw new InvalidArgumentError(`one of ${Object.keys(BREAKS).join(', ')}`)
}
