import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { bench } from './bench.ts'
import { LINES, type LineName } from './line.ts'
import { page, table } from './report.ts'
import { FULL, QUICK } from './stage.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/benchmarks.md')

interface Chosen {
  readonly rounds?: number
  readonly only: readonly LineName[]
  readonly json: boolean
  readonly quick: boolean
  readonly write: boolean
  readonly survive?: string
}

const chosen: Chosen = new Command('bench')
  .description('Measures the bot against the smallest app that Slack’s framework allows, in one run, in turn.')
  .option('--rounds <count>', 'how often each side is measured', wholeNumber)
  .option(
    '--only <name>',
    `one line of the table; may be repeated (${LINES.join(', ')})`,
    (name: string, before: readonly LineName[]) => [...before, lineName(name)],
    [] as readonly LineName[],
  )
  .option('--quick', 'shows in less than a minute that all of it runs; its figures mean nothing', false)
  .option('--json', 'prints the lines as JSON', false)
  .option('--write', 'writes docs/benchmarks.md', false)
  .option('--survive <file>', 'what `npm run survive -- --json` printed, for the line about kills')
  .parse()
  .opts()

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const scale = { ...(chosen.quick ? QUICK : FULL), ...(chosen.rounds ? { rounds: chosen.rounds } : {}) }
const report = await bench({
  scale,
  only: chosen.only.length > 0 ? chosen.only : LINES,
  survive: chosen.survive,
  tell: (progress) => console.error(progress),
})
console.log(chosen.json ? JSON.stringify(report, null, 2) : table(report.lines))
if (chosen.write) await writeFile(DOCUMENT, page(report))

function wholeNumber(typed: string): number {
  if (/^[1-9]\d{0,3}$/.test(typed)) return Number(typed)
  throw new InvalidArgumentError('a whole number, please')
}

function lineName(typed: string): LineName {
  const found = LINES.find((name) => name === typed)
  if (found) return found
  throw new InvalidArgumentError(`one of ${LINES.join(', ')}`)
}
