import { Command, InvalidArgumentError } from 'commander'
import { readEnvironment, readStartEnvironment } from '../config/environment.ts'
import { type Config, loadConfig } from '../config/load.ts'
import { didYouMean } from '../config/suggest.ts'
import { type Explanation, explain, type Question, type RuleRow } from '../operations/explain.ts'
import type { BreakGlassRow } from '../operations/explain-glass.ts'
import { knownPeople, recognise, type Somebody } from '../operations/known-people.ts'
import { formatDuration, parseDuration, type Row } from '../operations/listing.ts'
import type { Look } from './backend.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT, type Io, Unusable } from './io.ts'
import { usable, withStore } from './surroundings.ts'
import { printRows } from './table.ts'

interface Options {
  readonly purpose?: string
  readonly ttl?: number
  readonly reason?: string
  readonly offline: boolean
  readonly json: boolean
}

/** `breakglass explain` */
export function explainCommand(context: Context): Command {
  const command = new Command('explain')
    .description('say whether somebody may ask for an entitlement now, under which rule, and who would be asked')
    .argument('<person>', 'a Slack id, an e-mail address, or another subject')
    .argument('<entitlement>', 'the id of an entitlement')
    .option('--purpose <purpose>', 'for this purpose; for any otherwise')
    .option('--ttl <ttl>', 'for so long, as in 15m; the usual length otherwise', duration)
    .option('--reason <reason>', 'with this reason; it is not looked at otherwise')
    .option('--offline', 'do not ask Slack, even if SLACK_BOT_TOKEN is set', false)
    .option('--json', 'as a JSON object', false)
    .action(async (person: string, entitlement: string, options: Options) => {
      const { io, exit } = context
      const explanation = await explained(context, { person, entitlement }, options)
      if (options.json) io.out(JSON.stringify(explanation, null, 2))
      else print(io, explanation)
      exit(explanation.answer === 'yes' ? EXIT.done : EXIT.no)
    })
  return examples(
    command,
    [
      ['breakglass explain ann@example.com orders-read', 'may Ann ask for it?'],
      ['breakglass explain U0ANN orders-read --ttl 2h --purpose deployment', 'and for so long, for that?'],
    ],
    'Exit 0: yes. 1: no, or nobody can tell without Slack. 2: wrong usage.',
  )
}

function duration(typed: string): number {
  const ms = parseDuration(typed)
  if (ms === undefined) throw new InvalidArgumentError(`A length of time is written like ${formatDuration(900_000)}.`)
  return ms
}

interface Named {
  readonly person: string
  readonly entitlement: string
}

async function explained(context: Context, named: Named, options: Options): Promise<Explanation> {
  const { backend, env } = context
  const { configPath } = usable(readEnvironment(env)).environment
  const { config } = usable(loadConfig(configPath, env, { missingVariables: 'finding' }))
  const question = questionOf(config, named.entitlement, options)
  const somebody = readPerson(named.person)
  const look = options.offline || !env.SLACK_BOT_TOKEN ? undefined : await lookFor(context, config)
  return withStore(context, async (store) => {
    const { policy } = config
    const deps = { clock: backend.clock, ids: backend.ids, policy, store }
    const known = await recognise({ store, find: look && finder(look) }, policy.people, somebody)
    if (!look) {
      const offline = knownPeople(known)
      return explain({ ...deps, people: offline, missing: offline.missing }, { ...question, by: known.id ?? '' })
    }
    if (known.id === undefined) throw new Unusable(`Slack knows nobody with the address “${named.person}”.`)
    return explain({ ...deps, people: look.people }, { ...question, by: known.id })
  })
}

/** @throws {Unusable} when Slack cannot tell */
function finder(look: Look) {
  return (email: string) =>
    look.find(email).catch((error: Error) => {
      throw new Unusable(error.message)
    })
}

function lookFor({ backend, env }: Context, config: Config): Promise<Look> {
  return backend.lookIntoSlack(usable(readStartEnvironment(env)).environment, config)
}

function questionOf({ policy }: Config, typed: string, { purpose, ttl, reason }: Options): Omit<Question, 'by'> {
  const id = typed.toLowerCase()
  const entitlement = policy.entitlements.get(id)
  if (!entitlement) {
    throw new Unusable(`There is no entitlement “${typed}”${didYouMean(id, policy.entitlements.keys())}.`)
  }
  return { entitlement, purpose, ttlMs: ttl, reason }
}

/** Reads `U0ANN`, `<@U0ANN|ann>` or a subject; a name is not enough, because two people may have the same. */
function readPerson(typed: string): Somebody {
  const id = /^(?:<?@)?([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>?$/.exec(typed)?.[1]
  if (id) return { id, subject: undefined }
  if (!typed.startsWith('@')) return { id: undefined, subject: typed.includes('@') ? typed.toLowerCase() : typed }
  const how = 'name the person by Slack id (profile → Copy member ID) or e-mail address'
  throw new Unusable(`“${typed}” could be several people: ${how}.`)
}

function print(
  io: Io,
  { person, rules, grants, requests, break_glass: glass, missing, sentence, answer }: Explanation,
): void {
  if (person) io.out(`${person.name}: Slack id ${person.id ?? 'unknown'}, subject ${person.subject}`)
  if (rules.length > 0) {
    io.out('')
    printRows(io, rules.map(told), {
      json: false,
      columns: ['rule', 'fits', 'why', 'ttl', 'limit', 'approval', 'asked'],
    })
  }
  for (const { id, state, expiresAt } of grants) io.out(`Has it already: ${id}, ${state}, until ${expiresAt}`)
  for (const { id, entitlement, lapsesAt } of requests)
    io.out(`Waits for approval: ${id}, ${entitlement}, lapses ${lapsesAt}`)
  if (glass) io.out(glassSentence(glass))
  for (const one of missing) io.out(`Not known without Slack: ${one}`)
  if (rules.length > 0) io.out('')
  io.out(io.style(answer === 'yes' ? 'green' : answer === 'no' ? 'red' : 'yellow', sentence))
}

/** A rule in the words of a table. */
function told({ rule, fits, why, ttl, limit, approval, quorum, approvers, needs, others }: RuleRow): Row {
  const parts = needs.map(({ from, at_least: count }) => `${count} of ${from}`)
  const whom = parts.length > 0 ? parts.join(' and ') : `${quorum} of ${approvers.join(' or ')}`
  const asks = approval === 'people'
  return {
    rule,
    fits: fits ? 'yes' : 'no',
    why,
    ttl: `${ttl.min} to ${ttl.max}, usually ${ttl.default}`,
    limit: limit && `${limit.used} of ${limit.uses} in ${limit.per}`,
    approval: asks ? whom : 'nobody',
    asked: asks ? `${others.length}: ${others.join(', ')}` : null,
  }
}

function glassSentence({ rule, requesters, fits, why }: BreakGlassRow): string {
  return `Break glass, ${rule} for ${requesters.join(' or ')}: ${fits ? 'yes' : 'no'}. ${why}`
}
