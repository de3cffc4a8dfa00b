import type { RequestListener } from 'node:http'
import type { Adapter } from './adapters/contract.ts'
import { openAdapter } from './adapters/registry.ts'
import { loadOrMakeAuditKey } from './audit/key.ts'
import type { StartEnvironment } from './config/environment.ts'
import type { Config } from './config/load.ts'
import { refuse } from './core/result.ts'
import { bindOperations } from './operations/bind.ts'
import { deliverGrant } from './operations/deliver-grant.ts'
import { deliverRevoke } from './operations/deliver-revoke.ts'
import type { Label } from './operations/labels.ts'
import type { Adapters, Deps, Log } from './operations/ports.ts'
import { randomIds } from './operations/random-ids.ts'
import { unreadiness } from './operations/readiness.ts'
import { countRefusals } from './operations/refusals.ts'
import { alarmLostTargets, endAllForClock, lapseChanged, recordStart, recordStop } from './operations/start-up.ts'
import { expire, lapse, stick } from './operations/timely.ts'
import { type StartedClock, startClock } from './scheduler/clock.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import { connectSlack, type SlackConnection } from './slack/connect.ts'
import { takeLock } from './store/lock.ts'
import { openSqlite, type SqliteStore } from './store/open.ts'

/** Connecting to Slack waits for overdue revokes, but never longer than this. */
const REVOKES_FIRST_MS = 5_000

export interface BotOptions {
  readonly environment: StartEnvironment
  readonly config: Config
  readonly log: Log
  readonly version: string
  /** The clock is right although it is behind the newest record. */
  readonly confirmClock: boolean
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
  const { environment, config, log, version } = options
  const closers: (() => unknown)[] = []
  try {
    const lock = takeLock(environment.database.path)
    closers.unshift(() => lock.release())
    loadOrMakeAuditKey(environment.auditKeyPath)
    const store = await openSqlite(environment.database.path, { onCorrupt: (err) => log.error({ err }, 'corrupt row') })
    closers.unshift(() => store.close())
    const clock = startClock({ newestRecorded: await store.newestInstant(), confirmed: options.confirmClock })
    const slack = slackFor(options, store, clock)
    const parts = compose(options, { store, clock, slack })
    await store.voidClaims(clock.now())
    await recordStart(parts.deps, version)
    closers.unshift(() => recordStop(parts.deps))
    if (!clock.caughtUp()) await endAllForClock(parts.deps, clock.behindMs)
    await lapseChanged(parts.deps)
    await alarmLostTargets(parts.deps)
    closers.unshift(() => parts.scheduler.stop())
    await revokeOverdue(parts)
    const front = frontFor(options, parts, slack)
    closers.unshift(() => front.stop())
    await front.start()
    await front.resume()
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

function slackFor({ environment, config, log, reached }: BotOptions, store: SqliteStore, clock: StartedClock) {
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
  { store, clock, slack }: { store: SqliteStore; clock: StartedClock; slack: SlackConnection },
): Parts {
  const deps: Deps = {
    clock,
    store,
    people: slack.people,
    policy: config.policy,
    ids: randomIds,
    gate: { mayGrant: () => (clock.caughtUp() ? slack.channelsAllow() : clockIsWrong()) },
    adapters: adaptersOf(config),
    refusals: countRefusals(),
    log,
    abortGrant: (id) => scheduler.abortGrant(id),
    reached: reached ?? (() => {}),
  }
  const tried = new EventTarget()
  const scheduler: Scheduler = new Scheduler({
    ...deps,
    deliver: {
      ...slack.deliver,
      grant: (delivery, signal) => deliverGrant(deps, delivery, signal),
      revoke: async (delivery, signal) => {
        const outcome = await deliverRevoke(deps, delivery, signal)
        tried.dispatchEvent(new Event(delivery.effect.kind === 'revoke' ? delivery.effect.grant : ''))
        return outcome
      },
    },
    expire: (id) => expire(deps, id),
    lapse: (id) => lapse(deps, id),
    stick: (id) => stick(deps, id),
    chores: [],
  })
  store.onCommit(() => scheduler.wake())
  const once = (id: string) =>
    new Promise<void>((resolve) => tried.addEventListener(id, () => resolve(), { once: true }))
  return { deps, scheduler, triedOnce: async (ids) => void (await Promise.all(ids.map(once))) }
}

function clockIsWrong() {
  return refuse('clock-jumped', 'No access is given just now: my clock is wrong. The operators were told.')
}

/** Each adapter is opened at its first use, and again if that failed. */
function adaptersOf({ targets }: Config): Adapters {
  const opened = new Map<string, Promise<Adapter>>()
  return {
    async of(name) {
      const setup = targets.get(name)
      if (!setup) return undefined
      const adapter = opened.get(name) ?? openAdapter(setup.kind, setup.settings.reveal())
      opened.set(name, adapter)
      adapter.catch(() => opened.delete(name))
      return adapter
    },
  }
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

/** `GET /healthz`: alive; `/readyz`: able to work, or the reasons why not. */
function healthGets(reasonsAgainst: () => Promise<readonly string[]>): RequestListener {
  return async (request, response) => {
    const path = request.url?.split('?')[0]
    const reasons = path === '/readyz' ? await reasonsAgainst() : []
    const status = path !== '/healthz' && path !== '/readyz' ? 404 : reasons.length > 0 ? 503 : 200
    const body = status === 404 ? 'not found' : status === 503 ? reasons.join('\n') : 'ok'
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${body}\n`)
  }
}
