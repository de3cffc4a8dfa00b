import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Bot, startBot } from '../../src/app.ts'
import { readStartEnvironment } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { RequestId } from '../../src/core/ids.ts'
import type { Label } from '../../src/operations/labels.ts'
import { openSqlite, type SqliteStore } from '../../src/store/open.ts'
import type { Payload } from '../../src/workspace/payloads.ts'
import type { Person } from '../../src/workspace/person.ts'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import { makeWorld, type World } from '../support/world.ts'

/** Nobody listens there: what is granted stays `granting`, which is all that most threats are about. */
const NOWHERE = 'postgres://admin:c4nary-of-the-database@127.0.0.1:1/orders'

/** This Slack bears what it is given: threats are not about its rates. */
const PATIENT = {
  conversation: { perMinute: 1e6, burst: 1e6 },
  posts: { perMinute: 1e6, burst: 1e6 },
  updates: { perMinute: 1e6, burst: 1e6 },
}

export interface TownOptions {
  readonly mode?: 'http' | 'socket'
  /** Replaces the config, which is `configOf()` otherwise. */
  readonly config?: string
  /** Where the database is; a temporary folder otherwise. */
  readonly databaseFolder?: string
  readonly reached?: (label: Label) => void
  /** Do not wait for `/readyz`. */
  readonly unready?: boolean
  /** The test's own, for tests that run at the same time. */
  readonly onTestFinished?: (work: () => Promise<void>) => void
}

export interface ConfigParts {
  readonly groups?: string
  readonly rule?: string
  readonly entitlements?: string
  readonly channel?: string | null
  readonly url?: string
  readonly accounts?: string
  readonly security?: string
}

/** The usual config; each part of it can be another. */
export function configOf(parts: ConfigParts = {}): string {
  return `
slack:
  security_channel: C0SECURITY
  ${parts.channel === null ? '' : `requests_channel: ${parts.channel ?? 'C0REQUESTS'}`}
people:
  subject: email
  email_domains: [example.com]
  security: [${parts.security ?? 'secteam'}]
  limits: { open: 900, per_hour: 9000 }
groups:
  engineers: { members: [U0ANN, U0BEN, U0LEE] }
  leads: { members: [U0LEE, U0KIM] }
  secteam: { members: [U0SAM] }
${parts.groups ?? ''}
targets:
  orders-db:
    adapter: postgres
    account: ${parts.accounts ?? 'local_part'}
    settings: { url: "${parts.url ?? NOWHERE}" }
    timeout: 5s
    quiet: 1s
rules:
  usual: ${parts.rule ?? '{ requesters: [engineers], approvers: [leads], default_purpose: incident }'}
entitlements:
${parts.entitlements ?? '  orders-read: { title: Read the orders, target: orders-db, access: { role: r }, rules: [usual] }'}
`
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly facts: object
  readonly message: string
}

export type Town = Awaited<ReturnType<typeof startTown>>

/** An embedded Slack with its people, and the whole bot, started as in production, but for its log. */
export async function startTown(options: TownOptions = {}) {
  const { mode = 'http' } = options
  const folder = await quickFolder()
  const workspace = await startWorkspace({ manifest: await readFile('manifest.yml', 'utf8'), eventRetriesMs: [] })
  const people = populate(workspace)
  const configPath = join(folder, 'breakglass.yml')
  const databasePath = join(options.databaseFolder ?? folder, 'breakglass.db')
  const variables = variablesOf(workspace, { folder, configPath, databasePath, mode })
  const lines: LogLine[] = []
  let bot: Bot | undefined

  async function start(): Promise<void> {
    const wanted = { ...read(variables), confirmClock: false, log: logInto(lines) }
    bot = await startBot({ ...wanted, slackRates: PATIENT, ...(options.reached ? { reached: options.reached } : {}) })
    if (mode === 'http') workspace.deliverTo(`http://127.0.0.1:${bot.port}/slack/events`)
    else await workspace.waitsForSocket()
    if (!options.unready) await until(async () => (await fetch(`http://127.0.0.1:${bot?.port}/readyz`)).ok)
  }

  async function stop(): Promise<void> {
    await bot?.stop()
    bot = undefined
  }

  const finishing = options.onTestFinished ?? onTestFinished
  finishing(async () => {
    await stop().catch(() => undefined)
    await workspace.stop()
    await rm(folder, { recursive: true, force: true })
  })
  await writeFile(configPath, options.config ?? configOf())
  await start()
  return {
    workspace,
    ...people,
    folder,
    databasePath,
    configPath,
    variables,
    lines,
    start,
    stop,
    /** Stops the bot, and starts it with another config. */
    restart: async (config?: string) => {
      await stop()
      if (config !== undefined) await writeFile(configPath, config)
      await start()
    },
    get url() {
      return `http://127.0.0.1:${bot?.port}/slack/events`
    },
    /** Looks into the database, beside the bot. */
    look: <Value>(at: (store: SqliteStore) => Promise<Value>) => look(databasePath, at),
    events: () => look(databasePath, async (store) => (await store.events({ limit: 100_000 })).map(({ name }) => name)),
    state: (id: RequestId) => look(databasePath, async (store) => (await store.request(id))?.state),
    grants: () => look(databasePath, (store) => store.grants({ limit: 10_000 })),
    /** Somebody asks; gives the request's id and the approvers' card. */
    asks: async (by: Person, line = 'orders-read INC-42 replica lag', reader: Person = people.lee) => {
      const before = new Set(by.dms.map(({ ts }) => ts))
      await by.types(`/breakglass ${line}`)
      const answered = /R-[0-9A-Z]{6}: (asked|you get)/
      const id = idIn(await by.waitsFor(({ plain, ts }) => answered.test(plain) && !before.has(ts)))
      const card = await reader.waitsFor(({ buttons, plain }) => buttons.length > 0 && plain.includes(id), {
        in: people.requests,
      })
      return { id, card }
    },
    /** Presses with a payload of one's own, and waits until the bot has answered it. */
    delivers: async (payload: Payload) => {
      const delivery = await workspace.delivers(payload)
      const idle = () => look(databasePath, async (store) => (await store.unanswered()).length === 0)
      await until(idle)
      return delivery
    },
  }
}

function populate(workspace: Workspace) {
  const make = (name: string) => workspace.person(name)
  const [ann, ben, lee, kim, sam, eve] = [make('ann'), make('ben'), make('lee'), make('kim'), make('sam'), make('eve')]
  const requests = workspace.channel('requests', { members: [ann, ben, lee, kim, sam, eve] })
  const security = workspace.channel('security', { private: true, members: [sam] })
  const leads = workspace.group('leads', { members: [lee, kim] })
  const engineers = workspace.group('eng', { members: [ann, ben, lee] })
  return { ann, ben, lee, kim, sam, eve, requests, security, leads, engineers }
}

function read(variables: Record<string, string>) {
  const environment = readStartEnvironment(variables)
  if (!environment.ok) throw new Error(environment.faults.join('\n'))
  const loaded = loadConfig(environment.environment.configPath, variables)
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => JSON.stringify(fault)).join('\n'))
  return { environment: environment.environment, config: loaded.config }
}

function logInto(lines: LogLine[]) {
  const at = (level: LogLine['level']) => (facts: object, message: string) => void lines.push({ level, facts, message })
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

function variablesOf(
  workspace: Workspace,
  at: { folder: string; configPath: string; databasePath: string; mode: 'http' | 'socket' },
): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_API_URL: workspace.apiUrl,
    ...(at.mode === 'socket'
      ? { SLACK_APP_TOKEN: workspace.appToken }
      : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
    BREAKGLASS_CONFIG: at.configPath,
    BREAKGLASS_DATABASE: `sqlite:${at.databasePath}`,
    BREAKGLASS_AUDIT_KEY: join(at.folder, 'audit-key.pem'),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}

/** A folder in memory where there is one: what is proved here does not depend on how slow a disk is. */
export function quickFolder(): Promise<string> {
  return mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'breakglass-threat-'))
}

/** A world whose database is in such a folder. */
export async function quickWorld(change: Parameters<typeof makeWorld>[0] = {}): Promise<World> {
  const folder = await quickFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return makeWorld({ path: join(folder, 'test.db'), ...change })
}

/** Looks into a database beside whoever uses it. */
async function look<Value>(path: string, at: (store: SqliteStore) => Promise<Value>): Promise<Value> {
  const store = await openSqlite(path, { migrate: false })
  try {
    return await at(store)
  } finally {
    await store.close()
  }
}

function idIn({ plain }: SeenMessage): RequestId {
  return (/R-[0-9A-Z]{6}/.exec(plain)?.[0] ?? 'R-000000') as RequestId
}

/** Looks again until it is so, for what tells nobody when it changes. */
export async function until(look: () => boolean | Promise<boolean>, within = 10_000): Promise<void> {
  const giveUpAt = performance.now() + within
  while (!(await look())) {
    if (performance.now() > giveUpAt) throw new Error(`it did not become so: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A press or command as Slack sends it, with parts of it replaced by a path such as `actions.0.value`. */
export function changed(payload: Payload, changes: Readonly<Record<string, unknown>>): Payload {
  const copy = structuredClone(payload) as Record<string, unknown>
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const holder = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy)
    holder[last] = value
  }
  return copy
}

/** What a line is answered with: a sentence, or a form that says what is wrong with it, which is closed then. */
export async function told({ ann }: Pick<Town, 'ann'>, line: string): Promise<string | undefined> {
  const before = ann.dms.length
  await ann.types(`/breakglass ${line}`)
  await until(() => ann.dms.length > before || ann.modal !== undefined)
  if (!ann.modal) return ann.dms.at(-1)?.plain
  await until(() => !/^Looking up/.test(ann.modal?.plain ?? ''))
  const { plain } = ann.modal
  await ann.closes()
  return plain
}
