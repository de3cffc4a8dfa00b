import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Policy } from '../../src/core/policy.ts'
import type { Store } from '../../src/core/store.ts'
import { askOn } from '../../src/operations/ask-on.ts'
import { bindOperations } from '../../src/operations/bind.ts'
import { chaseReview } from '../../src/operations/chase-review.ts'
import { deliverGrant } from '../../src/operations/deliver-grant.ts'
import { deliverPage } from '../../src/operations/deliver-page.ts'
import { deliverRevoke } from '../../src/operations/deliver-revoke.ts'
import type { Label } from '../../src/operations/labels.ts'
import { lookAgain, lookWhetherLeft } from '../../src/operations/leavers.ts'
import type { Operations } from '../../src/operations/operations.ts'
import type { Deps, Schedules } from '../../src/operations/ports.ts'
import { randomIds } from '../../src/operations/random-ids.ts'
import { countRefusals } from '../../src/operations/refusals.ts'
import { revokeUnwritten } from '../../src/operations/revoke-unwritten.ts'
import { soundAlarm } from '../../src/operations/sound-alarm.ts'
import { expire, lapse, stick } from '../../src/operations/timely.ts'
import { warn } from '../../src/operations/warn.ts'
import { Scheduler } from '../../src/scheduler/scheduler.ts'
import { connectSlack } from '../../src/slack/connect.ts'
import { openSqlite } from '../../src/store/open.ts'
import { startWorkspace } from '../../src/workspace/workspace.ts'
import { makePolicy } from '../support/make.ts'
import { NO_SCHEDULES } from '../support/no-schedules.ts'
import { FakeTarget } from '../support/target.ts'

export const MANIFEST = readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8')

export interface BotOptions {
  readonly policy?: Policy
  readonly schedules?: Schedules
  readonly mode?: 'http' | 'socket'
  readonly operations?: Partial<Operations>
  readonly store?: (store: Store) => Store
  /** Called at each label. */
  readonly reached?: (label: Label) => void
  /** Do not wait until access may be given. */
  readonly unready?: boolean
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly facts: object
  readonly message: string
}

/** An embedded Slack with the people of the night, and a clock that can be set forward. */
export async function makeSlack() {
  const time = { ahead: 0, now: () => Date.now() + time.ahead }
  const workspace = await startWorkspace({ manifest: MANIFEST, now: time.now, eventRetriesMs: [] })
  onTestFinished(() => workspace.stop())
  const [ann, ben, lee, kim, sam] = ['ann', 'ben', 'lee', 'kim', 'sam'].map((name) => workspace.person(name))
  if (!ann || !ben || !lee || !kim || !sam) throw new Error('nobody there')
  const security = workspace.channel('security', { private: true, members: [sam] })
  const requests = workspace.channel('requests', { members: [ann, ben, lee, kim] })
  return { workspace, time, ann, ben, lee, kim, sam, security, requests }
}

export type Slack = Awaited<ReturnType<typeof makeSlack>>

/** The bot on an embedded Slack: everything is real but the target. */
export async function startBot({ workspace, time }: Slack, options: BotOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-slack-'))
  const sqlite = await openSqlite(join(folder, 'test.db'))
  const store = options.store?.(sqlite) ?? sqlite
  const policy = options.policy ?? makePolicy()
  const target = new FakeTarget()
  const lines: LogLine[] = []
  const log = {
    info: (facts: object, message: string) => void lines.push({ level: 'info', facts, message }),
    warn: (facts: object, message: string) => void lines.push({ level: 'warn', facts, message }),
    error: (facts: object, message: string) => void lines.push({ level: 'error', facts, message }),
  }
  const reached = options.reached ?? (() => {})
  const { botToken, apiUrl } = workspace
  const common = { policy, store, clock: { now: time.now }, log, reached }
  const slack = connectSlack({
    ...common,
    schedules: options.schedules ?? NO_SCHEDULES,
    botToken,
    apiUrl,
    fraction: () => 0.5,
  })
  const deps: Deps = {
    ...common,
    people: slack.people,
    ids: randomIds,
    gate: { mayGrant: () => slack.channelsAllow() },
    adapters: { of: async () => target },
    receivers: { names: [], post: () => Promise.resolve() },
    refusals: countRefusals(),
    clockIsRight: () => true,
    abortGrant: (id) => scheduler.abortGrant(id),
  }
  const unwritten = revokeUnwritten(deps)
  const scheduler: Scheduler = new Scheduler({
    ...deps,
    pace: slack.pace,
    deliver: {
      grant: (delivery, signal) => deliverGrant(deps, delivery, signal),
      revoke: (delivery, signal) => deliverRevoke(deps, delivery, signal),
      warn: (delivery) => warn(deps, delivery),
      ask: (delivery) => askOn(deps, delivery),
      review: (delivery) => chaseReview(deps, delivery),
      alarm: (delivery) => soundAlarm(deps, delivery),
      page: (delivery, signal) => deliverPage(deps, delivery, signal),
      person: (delivery) => lookAgain(deps, delivery),
      left: (delivery) => lookWhetherLeft(deps, delivery),
      ...slack.deliver,
    },
    expire: (id) => expire(deps, id, unwritten),
    lapse: (id) => lapse(deps, id),
    stick: (id) => stick(deps, id),
    chores: [],
  })
  const operations = { ...bindOperations(deps), ...options.operations }
  const mode =
    options.mode === 'socket'
      ? ({ kind: 'socket', appToken: workspace.appToken } as const)
      : ({ kind: 'http', signingSecret: workspace.signingSecret } as const)
  const front = slack.front({
    mode,
    operations,
    address: { host: '127.0.0.1', port: 0 },
    gets: (request, response) => void response.end(`you asked for ${request.url}`),
  })
  const stopWaking = sqlite.onCommit(() => scheduler.wake())
  await front.start()
  if (mode.kind === 'http') workspace.deliverTo(`http://127.0.0.1:${front.port}/slack/events`)
  else await workspace.waitsForSocket()
  scheduler.start()
  await untilTrue(() => slack.channelsAllow().ok || options.unready === true)
  const stop = once(async () => {
    await front.stop()
    stopWaking()
    await scheduler.stop(200)
    await sqlite.close()
    await rm(folder, { recursive: true, force: true })
  })
  onTestFinished(stop)
  return { front, slack, store: sqlite, scheduler, target, deps, lines, stop, policy }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** Waits for something that no event tells of. */
export async function untilTrue(look: () => boolean | Promise<boolean>, within = 5_000): Promise<void> {
  const giveUpAt = Date.now() + within
  while (!(await look())) {
    if (Date.now() > giveUpAt) throw new Error(`never came true: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
