import { Command, InvalidArgumentError } from 'commander'
import { GRANT_STATES, type ListFilter, listGrants, listRequests, REQUEST_STATES } from '../operations/listing.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { Unusable } from './io.ts'
import { withStore } from './surroundings.ts'
import { printRows } from './table.ts'

interface Options {
  readonly json: boolean
  readonly state: readonly string[]
  readonly person?: string
  readonly limit: number
}

/** `breakglass requests` */
export function requestsCommand(context: Context): Command {
  const command = listing('requests', 'list requests, newest first', REQUEST_STATES).action(
    async (options: Options) => {
      const columns = ['id', 'state', 'subject', 'entitlement', 'ttl', 'purpose', 'rule', 'openedAt']
      const filter = filterOf(options, REQUEST_STATES)
      const rows = await withStore(context, (store) => listRequests({ store }, filter))
      printRows(context.io, rows, { json: options.json, columns })
    },
  )
  return examples(command, [
    ['breakglass requests --state pending', 'what waits for approval'],
    ['breakglass requests --person ann@example.com --json', 'all that Ann asked for, for a program'],
  ])
}

/** `breakglass grants` */
export function grantsCommand(context: Context): Command {
  const command = listing('grants', 'list grants, newest first', GRANT_STATES).action(async (options: Options) => {
    const columns = ['id', 'state', 'subject', 'entitlement', 'target', 'account', 'expiresAt', 'cause']
    const filter = filterOf(options, GRANT_STATES)
    const rows = await withStore(context, (store) => listGrants({ store }, filter))
    printRows(context.io, rows, { json: options.json, columns })
  })
  return examples(command, [
    ['breakglass grants --state granting active revoking', 'who has access now'],
    ['breakglass grants --person ann@example.com --json', 'all that Ann had, for a program'],
  ])
}

function listing(name: string, description: string, states: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--state <state...>', `only these: ${states.join(', ')}`, [])
    .option('--person <subject>', 'only of this person (the subject, usually an e-mail)')
    .option('--limit <n>', 'at most so many', positive, 100)
    .option('--json', 'as a JSON array', false)
}

function filterOf<State extends string>({ state, person, limit }: Options, all: readonly State[]): ListFilter<State> {
  const states = all.filter((name) => state.includes(name))
  const unknown = state.find((name) => !states.some((known) => known === name))
  if (unknown !== undefined) throw new Unusable(`There is no state “${unknown}”: use ${all.join(', ')}.`)
  return { states, person, limit }
}

/** Reads a positive whole number. */
export function positive(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(typed)
}
