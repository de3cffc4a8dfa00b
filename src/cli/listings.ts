import { Command, InvalidArgumentError } from 'commander'
import { Unusable } from './io.ts'
import type { Context } from './program.ts'
import type { ListFilter } from './services.ts'
import { printRows } from './table.ts'

interface Options {
  readonly json: boolean
  readonly state: readonly string[]
  readonly person?: string
  readonly limit: number
}

const REQUEST_STATES = ['pending', 'approved', 'denied', 'cancelled', 'lapsed']
const GRANT_STATES = ['granting', 'active', 'revoking', 'revoked']

/** `breakglass requests` */
export function requestsCommand({ io, services }: Context): Command {
  return listing('requests', 'list requests, newest first', REQUEST_STATES).action(async (options: Options) => {
    const columns = ['id', 'state', 'subject', 'entitlement', 'ttl', 'purpose', 'rule', 'openedAt']
    printRows(io, await services.requests(filterOf(options, REQUEST_STATES)), { json: options.json, columns })
  })
}

/** `breakglass grants` */
export function grantsCommand({ io, services }: Context): Command {
  return listing('grants', 'list grants, newest first', GRANT_STATES).action(async (options: Options) => {
    const columns = ['id', 'state', 'subject', 'entitlement', 'target', 'account', 'expiresAt', 'cause']
    printRows(io, await services.grants(filterOf(options, GRANT_STATES)), { json: options.json, columns })
  })
}

function listing(name: string, description: string, states: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--state <state...>', `only these: ${states.join(', ')}`, [])
    .option('--person <subject>', 'only of this person (the subject, usually an e-mail)')
    .option('--limit <n>', 'at most so many', positive, 100)
    .option('--json', 'as a JSON array', false)
}

function filterOf({ state, person, limit }: Options, states: readonly string[]): ListFilter {
  const unknown = state.find((name) => !states.includes(name))
  if (unknown !== undefined) throw new Unusable(`There is no state “${unknown}”: use ${states.join(', ')}.`)
  return { states: state, person, limit }
}

/** Reads a positive whole number. */
export function positive(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(typed)
}
