import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { pino } from 'pino'
import { openLazily } from './adapters/registry.ts'
import { AuditKeyFault, loadOrMakeAuditKey } from './audit/key.ts'
import type { Backend, BotWanted } from './cli/backend.ts'
import { Unusable } from './cli/io.ts'
import { run } from './cli/program.ts'
import { refuse } from './core/result.ts'
import { bindOperations } from './operations/bind.ts'
import { deliverGrant } from './operations/deliver-grant.ts'
import { deliverRevoke } from './operations/deliver-revoke.ts'
import type { Deliver } from './operations/delivery.ts'
import type { Label } from './operations/labels.ts'
import type { Deps, Log } from './operations/ports.ts'
import { randomIds } from './operations/random-ids.ts'
import { unreadiness } from './operations/readiness.ts'
import { countRefusals, tellRefusals } from './operations/refusals.ts'
import { revokeUnwritten } from './operations/revoke-unwritten.ts'
import { alarmLostTargets, endAllForClock, lapseChanged, recordStart, recordStop } from './operations/start-up.ts'
import { expire, lapse, stick } from './operations/timely.ts'
import { warn } from './operations/warn.ts'
import { type StartedClock, startClock, wallClock } from './scheduler/clock.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import type { SlackConnection } from './slack/connect.ts'
import { healthGets } from './slack/health.ts'
import { DatabaseFault } from './store/connection.ts'
import { type Lock, LockHeld, takeLock } from './store/lock.ts'
import { openSqlite, type SqliteStore } from './store/open.ts'
import { exportOf, proveDatabase, proveExport } from './store/prove.ts'

/** Connecting to Slack waits for overdue revokes, but never longer than this. */
const REVOKES_FIRST_MS = 5_000

export interface BotOptions extends BotWanted {
  readonly log: Log
  /** Called between any two writes or calls, by name. */
  readonly reached?: (label: Label) => void
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
    const store = await openSqlite(environment.database.path, { onCorrupt: (err) => log.error({ err }, 'corrupt row') })
    closers.unshift(() => store.close())
    const clock = startClock({ newestRecorded: await store.newestInstant(), confirmed: options.confirmClock })
    const slack = Promise.withResolvers<SlackConnection>()
    const parts = compose(options, { store, clock, slack: slack.promise })
    await store.voidClaims(clock.now())
    await recordStart(parts.deps, version)
    closers.unshift(() => recordStop(parts.deps))
    closers.unshift(() => tellRefusals(parts.deps, clock.now(), Number.MAX_SAFE_INTEGER))
    if (clock.jumped) await endAllForClock(parts.deps, clock.behindMs)
    await lapseChanged(parts.deps)
    await alarmLostTargets(parts.deps)
    closers.unshift(() => parts.scheduler.stop())
    await revokeOverdue(parts)
    slack.resolve(await slackFor(options, store, clock))
    const front = frontFor(options, parts, await slack.promise)
    closers.unshift(() => front.stop())
    await front.start()
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
  readonly scheduler: Scheduler
  /** Resolves when every grant that was overdue at the start was tried once. */
  triedOnce(ids: readonly string[]): Promise<void>
}

/** Slack's libraries are large: other commands do without, and what is overdue is taken away before they are loaded. */
async function slackFor({ environment, config, log, reached }: BotOptions, store: SqliteStore, clock: StartedClock) {
  const { connectSlack } = await import('./slack/connect.ts')
  return connectSlack({
    botToken: environment.botToken.reveal(),
    apiUrl: environment.slackApiUrl,
    policy: config.policy,
    store,
    clock,
    log,
    fraction: randomIds.fraction,
    reached: reached ?? (() => {}),
  })
}

function compose(
  { config, log, reached }: BotOptions,
  { store, clock, slack }: { store: SqliteStore; clock: StartedClock; slack: Promise<SlackConnection> },
): Parts {
  let connection: SlackConnection | undefined
  void slack.then((made) => (connection = made))
  const deliver =
    (kind: keyof SlackConnection['deliver']): Deliver =>
    async (delivery, signal) =>
      (await slack).deliver[kind](delivery, signal)
  const deps: Deps = {
    clock,
    store,
    people: {
      lookUp: async (id, freshness) => (await slack).people.lookUp(id, freshness),
      members: async (group, freshness) => (await slack).people.members(group, freshness),
    },
    policy: config.policy,
    ids: randomIds,
    gate: { mayGrant: () => (clock.caughtUp() ? (connection?.channelsAllow() ?? starting()) : clockIsWrong()) },
    adapters: openLazily(config.targets, wallClock),
    refusals: countRefusals(),
    log,
    abortGrant: (id) => scheduler.abortGrant(id),
    reached: reached ?? (() => {}),
  }
  const unwritten = revokeUnwritten(deps)
  const tried = new EventTarget()
  const scheduler: Scheduler = new Scheduler({
    ...deps,
    deliver: {
      draw: deliver('draw'),
      tell: deliver('tell'),
      say: deliver('say'),
      feed: deliver('feed'),
      answer: deliver('answer'),
      warn: (delivery) => warn(deps, delivery),
      grant: (delivery, signal) => deliverGrant(deps, delivery, signal),
      revoke: async (delivery, signal) => {
        const outcome = await deliverRevoke(deps, delivery, signal)
        tried.dispatchEvent(new Event(delivery.effect.kind === 'revoke' ? delivery.effect.grant : ''))
        return outcome
      },
    },
    expire: (id) => expire(deps, id, unwritten),
    lapse: (id) => lapse(deps, id),
    stick: (id) => stick(deps, id),
    chores: [{ name: 'tell-refusals', everyMs: 10_000, run: (now) => tellRefusals(deps, now) }],
  })
  store.onCommit(() => scheduler.wake())
  const once = (id: string) =>
    new Promise<void>((resolve) => tried.addEventListener(id, () => resolve(), { once: true }))
  return { deps, scheduler, triedOnce: async (ids) => void (await Promise.all(ids.map(once))) }
}

function starting() {
  return refuse('starting', 'I am just starting. Try again in a moment.')
}

function clockIsWrong() {
  return refuse('clock-jumped', 'No access is given just now: my clock is wrong. The operators were told.')
}

/** Access whose time was up while nobody ran is taken away before Slack is asked for anything. */
async function revokeOverdue({ deps, scheduler, triedOnce }: Parts): Promise<void> {
  const ending = await deps.store.grants({ states: ['revoking'], limit: Number.MAX_SAFE_INTEGER })
  const due = await deps.store.dueGrants(deps.clock.now(), Number.MAX_SAFE_INTEGER)
  const all = triedOnce([...ending.map(({ id }) => id), ...due])
  scheduler.start()
  let timer: NodeJS.Timeout | undefined
  await Promise.race([all, new Promise((resolve) => (timer = setTimeout(resolve, REVOKES_FIRST_MS)))])
  clearTimeout(timer)
}

function frontFor({ environment }: BotOptions, { deps, scheduler }: Parts, slack: SlackConnection) {
  const { mode, host, port } = environment
  const front = slack.front({
    mode:
      mode.kind === 'http'
        ? { kind: 'http', signingSecret: mode.signingSecret.reveal() }
        : { kind: 'socket', appToken: mode.appToken.reveal() },
    operations: bindOperations(deps),
    address: { host, port },
    gets: healthGets(() => unreadiness(deps, { slackConnected: front.connected, lastTickAt: scheduler.lastTickAt })),
  })
  return front
}

/** Runs a command line and gives its exit code. What stands in `.env` counts where the environment says nothing. */
export function main(args: readonly string[]): Promise<number> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const io = {
    out: (text: string) => void process.stdout.write(`${text}\n`),
    err: (text: string) => void process.stderr.write(`${text}\n`),
  }
  return run(args, { io, env: process.env, user: userInfo().username, backend })
}

/** What the command line needs of the rest. */
const backend: Backend = {
  version: JSON.parse(fileIn('package.json')).version,
  manifest: () => fileIn('manifest.yml'),
  startBot: (options) => startBot({ ...options, log: logger(options.environment.logLevel) }).catch(explain),
  openStore: (path) => openSqlite(path, { migrate: false }).catch(explain),
  takeLock: lockUnlessHeld,
  operate: async ({ policy, targets }, store) => ({
    clock: startClock({ newestRecorded: await store.newestInstant(), confirmed: true }),
    store,
    policy,
    ids: randomIds,
    adapters: openLazily(targets, wallClock),
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

/** JSON lines on standard output; what could be a secret by its name is not written. */
function logger(level: string): Log {
  const secret = ['token', 'secret', 'password', 'url', 'authorization', 'response_url']
  return pino({
    level,
    redact: { paths: secret.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  })
}
