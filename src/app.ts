import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { alarmReceivers } from './adapters/alarm-receivers.ts'
import { redacting } from './adapters/redacting.ts'
import { openLazily } from './adapters/registry.ts'
import { AuditKeyFault, loadOrMakeAuditKey } from './audit/key.ts'
import type { Backend, BotWanted } from './cli/backend.ts'
import { Unusable } from './cli/io.ts'
import { inFull, run } from './cli/program.ts'
import { terminal } from './cli/terminal.ts'
import { webhooksOf } from './config/alarms.ts'
import type { Config } from './config/load.ts'
import { secretsAround } from './config/secrets.ts'
import { redactorOf } from './core/redact.ts'
import { logger } from './log.ts'
import { bindOperations } from './operations/bind.ts'
import type { Deliver } from './operations/delivery.ts'
import { gateBehind } from './operations/gate.ts'
import { type Handlers, handlersFor } from './operations/handlers.ts'
import type { Label } from './operations/labels.ts'
import { peopleOf } from './operations/later.ts'
import type { Meter } from './operations/metrics/meter.ts'
import { openAdapters } from './operations/open-adapters.ts'
import type { Deps, Log } from './operations/ports.ts'
import { randomIds } from './operations/random-ids.ts'
import { unreadiness } from './operations/readiness.ts'
import { countRefusals, tellRefusals } from './operations/refusals.ts'
import { alarmLostTargets, endAllForClock, recordStart, recordStop, resumePending } from './operations/start-up.ts'
import { type StartedClock, startClock, wallClock } from './scheduler/clock.ts'
import { startWithOverdue } from './scheduler/overdue-first.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import { noTurn } from './scheduler/turns.ts'
import { openSchedules } from './schedules/open.ts'
import type { SlackConnection } from './slack/connect.ts'
import { healthGets } from './slack/health.ts'
import type { Rates } from './slack/pacing/pace.ts'
import { DatabaseFault } from './store/connection.ts'
import { inspectFiles } from './store/inspect.ts'
import { type Lock, LockHeld, takeLock } from './store/lock.ts'
import { openSqlite, type SqliteStore } from './store/open.ts'
import { exportOf, proveDatabase, proveExport } from './store/prove.ts'

export interface BotOptions extends BotWanted {
  readonly log: Log
  /** Called between any two writes or calls, by name. */
  readonly reached?: (label: Label) => void
  /** What Slack bears; an embedded one may bear more. */
  readonly slackRates?: Rates
}

export interface Bot {
  /** Where it listens. */
  readonly port: number
  stop(): Promise<void>
}

/**
 * Starts the bot: the database first, then what is overdue, then Slack.
 *
 * @throws {LockHeld} when another one runs on the same database
 * @throws {DatabaseFault} when the database cannot be used
 * @throws {AuditKeyFault} when the audit key cannot be used
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { environment, config, log } = options
  const { version } = backend
  const closers: (() => unknown)[] = []
  try {
    const lock = takeLock(environment.database.path)
    closers.unshift(() => lock.release())
    loadOrMakeAuditKey(environment.auditKeyPath)
    const meter = await meterFor(config)
    const store = await openStore(options, meter)
    closers.unshift(() => store.close())
    const clock = startClock({ newestRecorded: await store.newestInstant(), confirmed: options.confirmClock })
    const slack = Promise.withResolvers<SlackConnection>()
    const parts = compose(options, { store, clock, meter, slack: slack.promise })
    await recordStart(parts.deps, version)
    closers.unshift(() => recordStop(parts.deps))
    closers.unshift(() => tellRefusals(parts.deps, clock.now(), Number.MAX_SAFE_INTEGER))
    if (clock.jumped) await endAllForClock(parts.deps, clock.behindMs)
    await resumePending(parts.deps)
    await alarmLostTargets(parts.deps)
    closers.unshift(() => parts.scheduler.stop())
    await startWithOverdue({ ...parts.deps, ...parts }) // before Slack is asked for anything
    slack.resolve(await slackFor(options, parts))
    const front = frontFor(options, parts, await slack.promise)
    closers.unshift(() => front.stop())
    await front.start()
    void openAdapters(parts.deps)
    front.resume().catch((err) => log.error({ err }, 'could not act on what was received before the start'))
    log.info({ port: front.port, version, entitlements: config.policy.entitlements.size }, 'breakglass is running')
    return { port: front.port ?? 0, stop: () => closeAll(closers) }
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

async function closeAll(closers: readonly (() => unknown)[]): Promise<void> {
  for (const close of closers) await close()
}

interface Parts {
  readonly deps: Deps
  readonly meter: Meter
  readonly scheduler: Scheduler
  readonly triedOnce: Handlers['triedOnce']
}

/** Slack's libraries are large: other commands do without, and what is overdue is taken away before they are loaded. */
async function slackFor({ config, environment, slackRates }: BotOptions, { deps, meter }: Parts) {
  const { connectSlack } = await import('./slack/connect.ts')
  return connectSlack({
    ...deps,
    schedules: openSchedules(config.schedules),
    botToken: environment.botToken.reveal(),
    apiUrl: environment.slackApiUrl,
    fraction: deps.ids.fraction,
    rates: slackRates,
    onRateLimited: () => meter.rateLimited(),
  })
}

async function meterFor({ policy }: Config): Promise<Meter> {
  const { Meter } = await import('./operations/metrics/meter.ts')
  return new Meter({ version: backend.version, targets: [...policy.targets.keys()] })
}

async function openStore({ environment, log }: BotOptions, meter: Meter): Promise<SqliteStore> {
  const store = await openSqlite(environment.database.path, {
    onCorrupt: (err) => log.error({ err }, 'corrupt row'),
    onWritten: (writes) => meter.wrote(writes),
  })
  return meter.store(store)
}

interface Foundation {
  readonly store: SqliteStore
  readonly clock: StartedClock
  readonly meter: Meter
  readonly slack: Promise<SlackConnection>
}

function compose({ config, log, reached }: BotOptions, { store, clock, meter, slack }: Foundation): Parts {
  let connection: SlackConnection | undefined
  void slack.then((made) => (connection = made))
  const deliver = (kind: keyof SlackConnection['deliver']): Deliver => {
    return async (...attempt) => (await slack).deliver[kind](...attempt)
  }
  const deps: Deps = {
    clock,
    store,
    people: peopleOf(slack),
    policy: config.policy,
    ids: randomIds,
    gate: gateBehind(clock, () => connection?.channelsAllow()),
    adapters: meter.adapters(adaptersOf(config)),
    receivers: alarmReceivers(webhooksOf(config), wallClock),
    refusals: countRefusals(),
    log,
    clockIsRight: () => clock.caughtUp(),
    abortGrant: (id) => scheduler.abortGrant(id),
    reached: reached ?? (() => {}),
  }
  const handlers = handlersFor(deps, {
    draw: deliver('draw'),
    tell: deliver('tell'),
    say: deliver('say'),
    remind: deliver('remind'),
    home: deliver('home'),
    feed: deliver('feed'),
    answer: deliver('answer'),
  })
  const scheduler: Scheduler = new Scheduler({
    ...deps,
    pace: { turn: (lane) => (connection ? connection.pace.turn(lane) : noTurn) },
    ...handlers,
    deliver: meter.deliveries(handlers.deliver),
  })
  store.onCommit(() => scheduler.wake())
  return { deps, meter, scheduler, triedOnce: handlers.triedOnce }
}

function frontFor({ environment }: BotOptions, { deps, meter, scheduler }: Parts, slack: SlackConnection) {
  const { mode, host, port } = environment
  const vitals = () => ({ slackConnected: front.connected, lastTickAt: scheduler.lastTickAt })
  const front = slack.front({
    mode:
      mode.kind === 'http'
        ? { kind: 'http', signingSecret: mode.signingSecret.reveal() }
        : { kind: 'socket', appToken: mode.appToken.reveal() },
    operations: bindOperations(deps),
    address: { host, port },
    gets: healthGets({
      reasonsAgainst: () => unreadiness(deps, vitals()),
      metrics: () => meter.text({ ...deps, ...vitals() }),
    }),
  })
  return front
}

/** Adapters whose failures can be told to anybody. */
function adaptersOf({ targets, secrets }: Config) {
  return redacting(openLazily(targets, wallClock), redactorOf(secrets.reveal()))
}

/** Runs a command line and gives its exit code. What stands in `.env` counts where the environment says nothing. */
export function main(args: readonly string[]): Promise<number> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return run(args, { io: terminal(), env: process.env, user: userName(), backend, withoutSecrets })
}

/** A container's user often has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

/** What is said of an error that nobody caught, before the process ends. */
export function lastWords(error: unknown): string {
  return withoutSecrets(inFull(error))
}

function withoutSecrets(text: string): string {
  return redactorOf(secretsAround(process.env)).text(text)
}

/** What the command line needs of the rest. */
const backend: Backend = {
  version: JSON.parse(fileIn('package.json')).version,
  manifest: () => fileIn('manifest.yml'),
  clock: { now: wallClock },
  ids: randomIds,
  startBot: (options) => startBot({ ...options, log: logFor(options) }).catch(explain),
  inspect: ({ database, auditKeyPath }) =>
    inspectFiles({ database: database.path, auditKey: auditKeyPath }, wallClock()).catch(explain),
  lookIntoSlack: async ({ slackApiUrl: apiUrl, mode, ...environment }, { policy, ...config }) => {
    const { lookIntoSlack } = await import('./slack/survey/look.ts')
    const botToken = environment.botToken.reveal()
    const schedules = openSchedules(config.schedules)
    return lookIntoSlack({ botToken, mode, apiUrl, policy, schedules, clock: { now: wallClock } })
  },
  openStore: (path) => openSqlite(path, { migrate: false }).catch(explain),
  takeLock: lockUnlessHeld,
  operate: async (config, store) => ({
    clock: startClock({ newestRecorded: await store.newestInstant(), confirmed: true }),
    store,
    policy: config.policy,
    ids: randomIds,
    adapters: adaptersOf(config),
    abortGrant() {},
    reached() {},
  }),
  proveDatabase: (path) => proveDatabase(path).catch(explain),
  proveExport: (path, keyPath) => proveExport(path, keyPath).catch(explain),
  exportAudit: async function* (path, keyPath) {
    try {
      yield* exportOf(path, keyPath)
    } catch (error) {
      explain(error)
    }
  },
}

function fileIn(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
}

function lockUnlessHeld(path: string): Lock | undefined {
  try {
    return takeLock(path)
  } catch (error) {
    if (error instanceof LockHeld) return undefined
    throw error
  }
}

/** Faults that name what an operator can mend are said without a stack. @throws always */
function explain(error: unknown): never {
  const known = error instanceof LockHeld || error instanceof DatabaseFault || error instanceof AuditKeyFault
  throw known || isFileOrPort(error) ? new Unusable((error as Error).message) : error
}

function isFileOrPort(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'open')
}

/** The bot's own log. */
function logFor({ environment, config }: BotWanted): Log {
  const { botToken, mode } = environment
  const other = mode.kind === 'socket' ? mode.appToken : mode.signingSecret
  return logger(environment.logLevel, redactorOf([botToken.reveal(), other.reveal(), ...config.secrets.reveal()]))
}
