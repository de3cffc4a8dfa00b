import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EventDraft } from '../../../src/core/event.ts'
import type { RequestId } from '../../../src/core/ids.ts'
import type { Policy } from '../../../src/core/policy.ts'
import { accept } from '../../../src/core/result.ts'
import { approve } from '../../../src/operations/approve.ts'
import { deliverGrant } from '../../../src/operations/deliver-grant.ts'
import { deliverRevoke } from '../../../src/operations/deliver-revoke.ts'
import type { Deps } from '../../../src/operations/ports.ts'
import { randomIds } from '../../../src/operations/random-ids.ts'
import { countRefusals } from '../../../src/operations/refusals.ts'
import { revokeUnwritten } from '../../../src/operations/revoke-unwritten.ts'
import { submit } from '../../../src/operations/submit.ts'
import { expire, lapse, stick } from '../../../src/operations/timely.ts'
import { warn } from '../../../src/operations/warn.ts'
import { Scheduler, type SchedulerDeps } from '../../../src/scheduler/scheduler.ts'
import { connectSlack, type SlackConnection } from '../../../src/slack/connect.ts'
import { openSqlite } from '../../../src/store/open.ts'
import { startWorkspace } from '../../../src/workspace/workspace.ts'
import { makePerson, NIGHT } from '../../support/make.ts'
import { NO_SCHEDULES } from '../../support/no-schedules.ts'
import { FakeTarget } from '../../support/target.ts'
import { MANIFEST } from '../bot.ts'
import { Figures } from './figures.ts'

/** Disks are not what is measured here. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const silent = { info() {}, warn() {}, error() {} }

/** A clock that stands still until the test moves it; Slack's rates count only while `limited`. */
interface Time {
  now: number
  limited: boolean
}

export function idOf(name: string): string {
  return `U0${name.toUpperCase()}`
}

/**
 * A bot that does everything but hear: real operations, store, loop and calls to an embedded Slack that keeps Slack's
 * rates.
 */
export async function makeLoad(policy: Policy, people: readonly string[]): Promise<Load> {
  const folder = await mkdtemp(join(FOLDER, 'breakglass-load-'))
  const store = await openSqlite(join(folder, 'test.db'))
  const time: Time = { now: NIGHT, limited: true }
  const clock = { now: () => time.now }
  const workspace = await startWorkspace({ manifest: MANIFEST, now: clock.now, realisticRates: () => time.limited })
  for (const name of people) workspace.person(name)
  const channels = {
    requests: workspace.channel('requests'),
    security: workspace.channel('security', { private: true }),
  }
  const { botToken, apiUrl } = workspace
  const common = { policy, store, clock, log: silent, reached() {} }
  const slack = connectSlack({ ...common, schedules: NO_SCHEDULES, botToken, apiUrl, fraction: () => 0.5 })
  const figures = new Figures()
  const { deps, scheduler } = compose(common, { slack, figures, time })
  onTestFinished(async () => {
    await scheduler.stop(1_000)
    await workspace.stop()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  return new Load({ deps, scheduler, figures, time, workspace, slack, ...channels })
}

type Common = Pick<Deps, 'policy' | 'store' | 'clock' | 'log' | 'reached'>

function compose(
  common: Common,
  { slack, figures, time }: { slack: SlackConnection; figures: Figures; time: Time },
): { deps: Deps; scheduler: Scheduler } {
  const target = new FakeTarget()
  const deps: Deps = {
    ...common,
    people: {
      lookUp: async (id) => accept(makePerson(id.slice(2).toLowerCase())),
      members: async ({ source }) => accept(source.kind === 'members' ? source.members : []),
      reaches: async () => true,
    },
    ids: { ...randomIds, fraction: () => 0.5 },
    gate: { mayGrant: () => accept(true) },
    adapters: { of: async () => target },
    receivers: { names: [], post: () => Promise.resolve() },
    refusals: countRefusals(),
    clockIsRight: () => true,
    abortGrant: (id) => scheduler.abortGrant(id),
  }
  const deliver = {
    grant: (delivery, signal) => deliverGrant(deps, delivery, signal),
    revoke: (delivery, signal) => deliverRevoke(deps, delivery, signal),
    warn: (delivery) => warn(deps, delivery),
    ...figures.counting(slack.deliver),
  } satisfies Partial<SchedulerDeps['deliver']>
  const unwritten = revokeUnwritten(deps)
  const scheduler: Scheduler = new Scheduler({
    ...deps,
    pace: { turn: (lane) => (time.limited ? slack.pace.turn(lane) : () => {}) },
    deliver: deliver as unknown as SchedulerDeps['deliver'], // nothing alarms here
    expire: (id) => expire(deps, id, unwritten),
    lapse: (id) => lapse(deps, id),
    stick: (id) => stick(deps, id),
    chores: [],
  })
  return { deps, scheduler }
}

interface Parts {
  readonly deps: Deps
  readonly scheduler: Scheduler
  readonly figures: Figures
  readonly time: Time
  readonly workspace: Awaited<ReturnType<typeof startWorkspace>>
  readonly slack: SlackConnection
  readonly requests: ReturnType<Parts['workspace']['channel']>
  readonly security: ReturnType<Parts['workspace']['channel']>
}

/** What people do to such a bot, and time. */
export class Load {
  readonly #parts: Parts
  #said = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get store() {
    return this.#parts.deps.store
  }

  get figures() {
    return this.#parts.figures
  }

  get time() {
    return this.#parts.time
  }

  get workspace() {
    return this.#parts.workspace
  }

  get security() {
    return this.#parts.security
  }

  /** Does all that can be done at this instant. */
  async settles(): Promise<void> {
    const { scheduler, figures, workspace, slack } = this.#parts
    await scheduler.idle()
    figures.take(workspace, slack.pace.size)
  }

  /** Lets time pass in steps, until nothing waits or `mostMs` are over. Gives the milliseconds that passed. */
  async passes(mostMs: number, stepMs = 1_000): Promise<number> {
    const { time, store } = this
    const began = time.now
    await this.settles()
    while (time.now - began < mostMs) {
      const next = await store.nextDueAt()
      if (next === undefined) break
      time.now = Math.min(began + mostMs, Math.max(time.now + stepMs, next))
      await this.settles()
    }
    return time.now - began
  }

  async passesUntil(instant: number): Promise<void> {
    await this.passes(instant - this.time.now)
    this.time.now = instant
  }

  async asks(name: string, entitlement: string): Promise<void> {
    const wish = { by: idOf(name), entitlement, ttlMs: undefined, words: 'INC-42 replica lag' }
    await submit(this.#parts.deps, { ...wish, inbox: await this.#says() })
  }

  /** Lee says yes on the card in the channel. */
  async approves(id: RequestId): Promise<void> {
    const { store } = this
    const card = (await store.copiesOf(id)).find(({ audience }) => audience === 'approvers')
    const digest = (await store.request(id))?.digest ?? ''
    const where = { copy: card?.id ?? '', channel: card?.channel ?? '', ts: card?.ts ?? '' }
    await approve(this.#parts.deps, { by: idOf('lee'), request: id, digest, ...where, inbox: await this.#says() })
  }

  /** Facts that the security channel has to be told. */
  async records(events: readonly EventDraft[]): Promise<void> {
    await this.store.commit({ events, effects: [{ kind: 'feed', dueAt: this.time.now }] })
  }

  /** Nobody is answered: what was said is not known. */
  async #says(): Promise<string> {
    this.#said += 1
    const id = `m${this.#said}`
    const receivedAt = this.time.now
    await this.store.receive({ id, kind: 'command', receivedAt, body: {}, doneAt: null, answer: null })
    return id
  }
}
