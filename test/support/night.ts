import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Bot, startBot } from '../../src/app.ts'
import { readStartEnvironment } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load.ts'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import { fresh, type Postgres, quoted, startPostgres } from './postgres.ts'

/** People of the night and the logins that they have at the database. */
const ENGINEERS = ['ann', 'ben'] as const

export interface NightOptions {
  readonly mode?: 'http' | 'socket'
  /** YAML of the rules, indented by two; the usual rule `one-lead` otherwise. */
  readonly rules?: string
  /** Names of the rules of `orders-read`, in order. */
  readonly tried?: string
  /** YAML of the break-glass rule of `orders-read`, in one line; without it there is none. */
  readonly glass?: string
  /** More keys under `slack`, or another requests channel. */
  readonly channel?: string | null
  readonly quiet?: string
  /** False: nothing is started yet. */
  readonly start?: boolean
}

const ONE_LEAD = `
  one-lead:
    requesters: [engineers]
    approvers: [leads]
    default_purpose: incident
    reason: { min_length: 5 }
    ttl: { min: 1s, default: 15m, max: 30m }
    lapse: 15m`

export type Night = Awaited<ReturnType<typeof startNight>>

/** Nights on one PostgreSQL for all tests of a file; each ends with the test that began it. */
export function useNights(): (options?: NightOptions) => Promise<Night> {
  let postgres: Postgres
  let night: Night | undefined
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterEach(() => night?.end())
  afterAll(() => postgres.stop())
  return async (options = {}) => {
    night = await startNight(postgres, options)
    return night
  }
}

/** A workspace with its people, a database with a table worth reading, and the bot between the two. */
export async function startNight(postgres: Postgres, options: NightOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-night-'))
  const workspace = await startWorkspace({ manifest: await readFile('manifest.yml', 'utf8') })
  const town = populate(workspace)
  const orders = await furnish(postgres)
  const configPath = join(folder, 'breakglass.yml')
  await writeFile(configPath, configOf(postgres, orders, options))
  const mode = options.mode ?? 'socket'
  const variables = variablesOf(workspace, { folder, configPath, mode })
  let bot: Bot | undefined

  async function start(): Promise<void> {
    bot = await startBot(wanted(variables))
    if (mode === 'http') workspace.deliverTo(`http://127.0.0.1:${bot.port}/slack/events`)
    else await workspace.waitsForSocket()
    await isReady(bot.port)
  }

  if (options.start !== false) await start()
  return {
    workspace,
    ...town,
    postgres,
    orders,
    folder,
    configPath,
    variables,
    /** What somebody reads from the orders with his own login: the rows, or the words of the refusal. */
    reads: (name: (typeof ENGINEERS)[number]) => readOrders(postgres, orders, name),
    /** A session that has read the orders and stays open. */
    opens: async (name: (typeof ENGINEERS)[number]): Promise<Client> => {
      const session = await postgres.session(postgres.urlFor(orders.logins[name], orders.database))
      await session.query(`set role ${quoted(orders.role)}`)
      await session.query('select item from orders')
      return session
    },
    get url() {
      return `http://127.0.0.1:${bot?.port}`
    },
    stopsBot: async () => {
      await bot?.stop()
      bot = undefined
    },
    startsBot: start,
    end: async () => {
      await bot?.stop()
      await workspace.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function wanted(variables: Record<string, string>) {
  const read = readStartEnvironment(variables)
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const loaded = loadConfig(read.environment.configPath, variables)
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => JSON.stringify(fault)).join('\n'))
  const log = { info() {}, warn() {}, error: (facts: object, message: string) => console.error(message, facts) }
  return { environment: read.environment, config: loaded.config, confirmClock: false, log }
}

/** Waits until the bot says that it is ready. */
export async function isReady(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('the bot does not become ready')
}

function populate(workspace: Workspace) {
  const [ann, ben, lee, kim, sam] = ['ann', 'ben', 'lee', 'kim', 'sam'].map((name) => workspace.person(name))
  if (!ann || !ben || !lee || !kim || !sam) throw new Error('nobody is here')
  const everybody = [ann, ben, lee, kim, sam]
  const requests = workspace.channel('requests', { members: everybody })
  const security = workspace.channel('security', { private: true, members: [sam] })
  const engineers = workspace.group('eng', { members: [ann, ben, lee] })
  return { ann, ben, lee, kim, sam, requests, security, engineers }
}

interface Orders {
  readonly database: string
  readonly role: string
  readonly logins: Readonly<Record<(typeof ENGINEERS)[number], string>>
}

/** A database with a table that only one role can read, and a login for each engineer. */
async function furnish(postgres: Postgres): Promise<Orders> {
  const database = fresh('orders')
  const role = fresh('orders_read')
  await postgres.query(`create database ${quoted(database)}`)
  await postgres.query(`create role ${quoted(role)}`)
  const logins = { ann: fresh('ann'), ben: fresh('ben') }
  for (const login of Object.values(logins)) await postgres.createLogin(login)
  const there = postgres.urlFor('postgres', database)
  await postgres.query('create table orders (item text)', [], there)
  await postgres.query("insert into orders values ('a lamp')", [], there)
  await postgres.query(`grant select on orders to ${quoted(role)}`, [], there)
  return { database, role, logins }
}

async function readOrders(
  postgres: Postgres,
  { database, logins }: Orders,
  name: (typeof ENGINEERS)[number],
): Promise<string> {
  try {
    const rows = await postgres.query<{ item: string }>(
      'select item from orders',
      [],
      postgres.urlFor(logins[name], database),
    )
    return rows.map(({ item }) => item).join(', ')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function configOf(postgres: Postgres, { database, role, logins }: Orders, options: NightOptions): string {
  const accounts = ENGINEERS.map((name) => `${name}@example.com: ${logins[name]}`).join(', ')
  return `
slack:
  security_channel: C0SECURITY
  ${options.channel === null ? '' : `requests_channel: ${options.channel ?? 'C0REQUESTS'}`}
people:
  subject: email
  email_domains: [example.com]
  security: [secteam]
  limits: { open: 50, per_hour: 100 }
groups:
  engineers: { slack_usergroup: S0ENG }
  leads: { members: [U0LEE, U0KIM] }
  secteam: { members: [U0SAM] }
targets:
  orders-db:
    adapter: postgres
    account: { map: { ${accounts}, lee@example.com: nobody } }
    settings: { url: "${postgres.urlFor('postgres', database)}" }
    timeout: 5s
    quiet: ${options.quiet ?? '1s'}
rules:${options.rules ?? ONE_LEAD}
${options.glass === undefined ? '' : `break_glass: { oncall-only: ${options.glass} }`}
entitlements:
  orders-read:
    title: Read the orders database
    target: orders-db
    access: { role: ${role} }
    rules: [${options.tried ?? 'one-lead'}]
    ${options.glass === undefined ? '' : 'break_glass: oncall-only'}
`
}

function variablesOf(
  workspace: Workspace,
  { folder, configPath, mode }: { folder: string; configPath: string; mode: 'http' | 'socket' },
): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_API_URL: workspace.apiUrl,
    ...(mode === 'socket'
      ? { SLACK_APP_TOKEN: workspace.appToken }
      : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
    BREAKGLASS_CONFIG: configPath,
    BREAKGLASS_DATABASE: `sqlite:${join(folder, 'breakglass.db')}`,
    BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}
