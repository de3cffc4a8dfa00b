import { Command, InvalidArgumentError, Option } from 'commander'
import { BREAKS, type Break, type BreakName, isBreak } from './breaks.ts'
import { inWords } from './in-words.ts'
import type { Report } from './report.ts'
import { type SurviveOptions, survive } from './survive.ts'
import { ADAPTERS, type AdapterKind } from './targets/target.ts'
import { FOUL, type Foul } from './weather.ts'

const TELL_EVERY = 5
/** A break that is not noticed after so many kills is not noticed. */
const PROVE_KILLS = 60

interface Chosen {
  readonly kills: number
  readonly seed: number
  readonly break?: BreakName
  readonly adapters: readonly AdapterKind[]
  readonly weather: readonly Foul[]
  readonly json: boolean
  readonly prove: boolean
}

const names = Object.entries(BREAKS).map(([name, { means }]) => `  ${name}: ${means}`)
const chosen: Chosen = new Command('survive')
  .description('Kills the bot again and again while people work with it, and judges it by what the targets hold.')
  .option('--kills <count>', 'how often', wholeNumber, 1_000)
  .option('--seed <number>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .addOption(
    new Option('--adapters <name...>', 'on whose targets people ask for something').choices(ADAPTERS).default(ADAPTERS),
  )
  .addOption(new Option('--weather <kind...>', 'what comes by turns').choices(FOUL).default(FOUL))
  .option('--break <name>', 'takes a defence out, so that it must fail', breakName)
  .option(
    '--prove',
    `takes out one defence after the other, or that of --break, and succeeds if each is noticed within ${PROVE_KILLS} kills`,
    false,
  )
  .option('--json', 'prints the report as JSON', false)
  .addHelpText('after', `\nBreaks:\n${names.join('\n')}\n\nExit code: 0 no law broken and all covered, 1 otherwise.`)
  .parse()
  .opts()

const interrupted = new AbortController()
let told = 0
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
process.exitCode = (await (chosen.prove ? prove() : run())) ? 0 : 1

async function run(): Promise<boolean> {
  const report = await survive({ ...chosen, signal: interrupted.signal, tell })
  console.log(chosen.json ? JSON.stringify(report, null, 2) : inWords(report))
  return report.ok
}

async function prove(): Promise<boolean> {
  const reports: Report[] = []
  const broken = chosen.break ? [chosen.break] : Object.keys(BREAKS).filter(isBreak)
  for (const { name, ...where } of broken.flatMap(trialsOf)) {
    if (interrupted.signal.aborted) return false
    const options = { kills: PROVE_KILLS, seed: chosen.seed, break: name, ...where, stopAtViolation: true }
    const report = await survive({ ...options, signal: interrupted.signal, tell })
    reports.push(report)
    if (!chosen.json) console.log(verdictOn(name, where.adapters, report))
  }
  if (chosen.json) console.log(JSON.stringify(reports, null, 2))
  return reports.every(({ violations }) => violations.length > 0)
}

interface Trial {
  readonly name: BreakName
  readonly adapters: readonly AdapterKind[]
  readonly weather: readonly Foul[]
}

/** A break that names adapters is tried on each of them alone; of those, on the chosen ones. */
function trialsOf(name: BreakName): Trial[] {
  const { on, weather = chosen.weather }: Break = BREAKS[name]
  const { adapters: all } = chosen
  return (on ? on.filter((adapter) => all.includes(adapter)).map((adapter) => [adapter]) : [all]).map((adapters) => ({
    name,
    adapters,
    weather,
  }))
}

function verdictOn(name: BreakName, adapters: readonly string[], { kills, violations }: Report): string {
  const [first] = violations
  const what = `${name} (${adapters.join(', ')})`
  if (!first) return `${what} was NOT NOTICED in ${kills} kills: ${BREAKS[name].means}`
  return `${what} was noticed after ${kills} kills: ${first.law}: ${first.details[0]}`
}

/** A line now and then, and at once when a law was broken. */
function tell({ kills, violations, last }: Parameters<NonNullable<SurviveOptions['tell']>>[0]): void {
  if (kills % TELL_EVERY !== 0 && violations === told) return
  told = violations
  const { at, changing, underWay, livedMs } = last
  console.error(
    `${kills} kills, ${violations} violations; last at ${at} after ${livedMs} ms, ${underWay} under way, ${changing} changing`,
  )
}

function wholeNumber(typed: string): number {
  if (/^\d{1,9}$/.test(typed)) return Number(typed)
  throw new InvalidArgumentError('a whole number, please')
}

function breakName(typed: string): BreakName {
  if (isBreak(typed)) return typed
  throw new InvalidArgumentError(`one of ${Object.keys(BREAKS).join(', ')}`)
}
