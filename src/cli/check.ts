import { Command } from 'commander'
import {
  type Environment,
  readEnvironment,
  readStartEnvironment,
  type StartEnvironment,
} from '../config/environment.ts'
import { type Config, type LoadedConfig, loadConfig } from '../config/load.ts'
import { type Fault, sayFault } from '../config/report.ts'
import type { Remark } from '../operations/listing.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT } from './io.ts'
import { countRemarks, printRemarks } from './remarks.ts'

interface Options {
  readonly json: boolean
  readonly offline: boolean
}

/** A remark; of a place in the config with that place. */
type Line = Remark & Partial<Pick<Fault, 'file' | 'line' | 'column' | 'key'>>

/** What the whole check came to. */
interface Checked {
  readonly lines: readonly Line[]
  readonly exit: number
  /** The last line for people. */
  readonly end: string
}

/** `breakglass check` */
export function checkCommand(context: Context): Command {
  const command = new Command('check')
    .description('check the config, this machine and the set-up in Slack: what is wrong, and what would be right')
    .argument('[file]', 'the config; BREAKGLASS_CONFIG or breakglass.yml otherwise')
    .option('--offline', 'do not ask Slack, even if SLACK_BOT_TOKEN is set', false)
    .option('--json', 'as a JSON array of faults, findings and what is ok', false)
    .action(async (file: string | undefined, options: Options) => {
      const { io, exit } = context
      const { lines, end, exit: code } = await check(context, file, options)
      if (options.json) io.out(JSON.stringify(lines, null, 2))
      else {
        printRemarks(io, lines)
        io.out(end)
      }
      exit(code)
    })
  return examples(
    command,
    [
      ['breakglass check', 'everything, with Slack if SLACK_BOT_TOKEN is set'],
      ['breakglass check new.yml --offline', 'only what can be known without Slack'],
    ],
    'Exit 0: nothing is wrong; findings are worth reading. 1: the set-up would not work. 2: the config or environment is wrong.',
  )
}

async function check(context: Context, file: string | undefined, { offline }: Options): Promise<Checked> {
  const { env } = context
  const path = file ?? (env.BREAKGLASS_CONFIG || 'breakglass.yml')
  const loaded = loadConfig(path, env, { missingVariables: 'finding' })
  const inConfig = linesOf(loaded)
  if (!loaded.ok)
    return { lines: inConfig, exit: EXIT.usage, end: `${loaded.faults.length} to mend: the bot would not start.` }
  const good = goodSentence(path, loaded)
  const withSlack = !offline && Boolean(env.SLACK_BOT_TOKEN)
  const read = withSlack ? readStartEnvironment(env) : readEnvironment(env)
  if (!read.ok) {
    const lines = [...inConfig, ...read.faults.map(environmentFault)]
    return { lines, exit: EXIT.usage, end: `${good} The environment is not: ${read.faults.length} to mend.` }
  }
  const found = [
    ...(await context.backend.inspect(read.environment)),
    ...(await askSlack(context, loaded.config, read.environment)),
  ]
  const lines = [...inConfig, ...found]
  const wrong = found.some(({ level }) => level === 'fault')
  const far = withSlack ? '' : ` Slack was not asked: ${offline ? '--offline' : 'SLACK_BOT_TOKEN is not set'}.`
  const sum = wrong ? `${good} The set-up is not: ${countRemarks(lines)}.` : `${good} In all ${countRemarks(lines)}.`
  return { lines, exit: wrong ? EXIT.no : EXIT.done, end: `${sum}${far}` }
}

/** Only a start's environment holds the tokens. */
async function askSlack({ backend, io }: Context, config: Config, environment: Environment | StartEnvironment) {
  if (!('botToken' in environment)) return []
  const look = await backend.lookIntoSlack(environment, config)
  const remarks = await look.survey((progress) => io.progress(progress))
  io.progress('')
  return remarks
}

function linesOf(loaded: LoadedConfig): Line[] {
  const faults = loaded.ok ? [] : loaded.faults
  return [
    ...faults.map((fault) => configLine('fault', fault)),
    ...loaded.findings.map((finding) => configLine('finding', finding)),
  ]
}

/** `breakglass.yml:12:5: rules.one-lead.quorum: …`, as editors and terminals make a link of it. */
function configLine(level: 'fault' | 'finding', fault: Fault): Line {
  const where = `${fault.file}:${fault.line}:${fault.column}`
  const { message: _said, ...place } = fault
  return { level, where, what: sayFault(fault).slice(where.length + 2), fix: null, ...place }
}

function environmentFault(sentence: string): Remark {
  return { level: 'fault', where: 'environment', what: sentence, fix: null }
}

function goodSentence(path: string, { config, findings }: Extract<LoadedConfig, { ok: true }>): string {
  const { entitlements, rules, targets } = config.policy
  const counts = `${entitlements.size} entitlements, ${rules.size} rules, ${targets.size} targets`
  const unset = findings.some(({ message }) => message.includes('environment variable'))
  return unset ? `${path} is good once the variables above are set: ${counts}.` : `${path} is good: ${counts}.`
}
