import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Copy } from '../../src/core/copy.ts'
import type { Effect } from '../../src/core/effect.ts'
import { grantIdOf, type RequestId } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/person.ts'
import type { Policy } from '../../src/core/policy.ts'
import { accept, type Result, refuse } from '../../src/core/result.ts'
import type { Store } from '../../src/core/store.ts'
import { approve } from '../../src/operations/approve.ts'
import { askOn } from '../../src/operations/ask-on.ts'
import { chaseReview } from '../../src/operations/chase-review.ts'
import { deliverGrant } from '../../src/operations/deliver-grant.ts'
import { deliverPage } from '../../src/operations/deliver-page.ts'
import { deliverRevoke } from '../../src/operations/deliver-revoke.ts'
import type { Deliver } from '../../src/operations/delivery.ts'
import { deny } from '../../src/operations/deny.ts'
import { extend } from '../../src/operations/extend.ts'
import type { Label } from '../../src/operations/labels.ts'
import { lookAgain, lookWhetherLeft } from '../../src/operations/leavers.ts'
import { nudge } from '../../src/operations/nudge.ts'
import type { Press } from '../../src/operations/operations.ts'
import type { AlarmReceivers, Deps, People } from '../../src/operations/ports.ts'
import { randomIds } from '../../src/operations/random-ids.ts'
import { countRefusals } from '../../src/operations/refusals.ts'
import { revokeUnwritten } from '../../src/operations/revoke-unwritten.ts'
import { soundAlarm } from '../../src/operations/sound-alarm.ts'
import { submit } from '../../src/operations/submit.ts'
import { expire, lapse, stick } from '../../src/operations/timely.ts'
import { warn } from '../../src/operations/warn.ts'
import { withdraw } from '../../src/operations/withdraw.ts'
import { Scheduler } from '../../src/scheduler/scheduler.ts'
import { openSqlite } from '../../src/store/open.ts'
import { makePerson, makePolicy, NIGHT } from './make.ts'
import { postCards } from './posted-cards.ts'
import { FakeTarget } from './target.ts'

/** A call that was given up takes effect within this time, if at all. */
const LANDS_WITHIN_MS = 25_000

const never = () => new Promise<never>(() => {})

/** The store until the process dies: after that, nothing that it does reaches the database. */
function untilDeath(store: Store, power: { readonly on: boolean }): Store {
  return new Proxy(store, {
    get: (of, name: keyof Store) => (power.on ? (of[name] as () => unknown).bind(of) : never),
  })
}

const silent = { info() {}, warn() {}, error() {} }

/** People and user groups as a test wants them; the real ones are Slack's. */
class FakePeople implements People {
  readonly persons = new Map<string, Result<Person>>()
  readonly usergroups = new Map<string, Result<readonly string[]>>()
  /** Whom no direct message reaches; `undefined`: Slack does not tell. */
  readonly unreached = new Map<string, false | undefined>()
  /** When schedules were read. */
  readAt = NIGHT

  lookUp(id: string) {
    const name = id.slice(2).toLowerCase()
    return Promise.resolve(this.persons.get(id) ?? accept(makePerson(name)))
  }

  members({ source }: Parameters<People['members']>[0]) {
    if (source.kind === 'members') return Promise.resolve(accept(source.members))
    const id = source.kind === 'usergroup' ? source.id : source.schedule
    const found = this.usergroups.get(id) ?? refuse('look-up-failed', 'Slack is down.')
    return Promise.resolve(source.kind === 'schedule' && found.ok ? { ...found, readAt: this.readAt } : found)
  }

  reaches(id: string) {
    return Promise.resolve(this.unreached.has(id) ? this.unreached.get(id) : true)
  }
}

export type World = Awaited<ReturnType<typeof makeWorld>>

/** The whole bot but Slack: real operations, store and loop, a settable clock, a target in memory. */
export async function makeWorld(
  change: {
    policy?: Policy
    path?: string
    target?: FakeTarget
    now?: number
    receivers?: AlarmReceivers
    posts?: boolean
  } = {},
) {
  const folder = change.path === undefined ? await mkdtemp(join(tmpdir(), 'breakglass-world-')) : undefined
  const path = change.path ?? join(folder ?? '', 'test.db')
  const database = await openSqlite(path)
  const power = { on: true, dieAt: undefined as Label | undefined }
  const store = untilDeath(database, power)
  const target = change.target ?? new FakeTarget()
  const people = new FakePeople()
  const time = { now: change.now ?? NIGHT }
  const delivered: Effect[] = []
  const policy = change.policy ?? makePolicy()
  const deps: Deps = {
    clock: { now: () => time.now },
    store,
    people,
    policy,
    ids: { ...randomIds, fraction: () => 0.5 },
    gate: { mayGrant: () => accept(true) },
    adapters: { of: (name) => Promise.resolve(policy.targets.has(name) ? target : undefined) },
    receivers: change.receivers ?? { names: [], post: () => Promise.resolve() },
    refusals: countRefusals(),
    log: silent,
    clockIsRight: () => true,
    abortGrant: (id) => scheduler.abortGrant(id),
    reached: (label) => {
      if (label === power.dieAt) power.on = false
    },
  }
  target.during = () => (power.on ? undefined : never())
  const unwritten = revokeUnwritten(deps)
  const said: Deliver = (delivery) => {
    delivered.push(delivery.effect)
    return Promise.resolve({ kind: 'done' })
  }
  const refuses = new Map<string, string>()
  const posted = postCards(deps, refuses)
  const drawn: Deliver = async (delivery, signal) => {
    if (change.posts) await posted(delivery, signal)
    return said(delivery, signal)
  }
  const scheduler: Scheduler = new Scheduler({
    ...deps,
    pace: { turn: () => () => {} },
    deliver: {
      grant: (delivery, signal) => deliverGrant(deps, delivery, signal),
      revoke: (delivery, signal) => deliverRevoke(deps, delivery, signal),
      draw: drawn,
      warn: (delivery) => warn(deps, delivery),
      ask: (delivery) => askOn(deps, delivery),
      review: (delivery) => chaseReview(deps, delivery),
      remind: said,
      home: said,
      alarm: (delivery) => soundAlarm(deps, delivery),
      page: (delivery, signal) => deliverPage(deps, delivery, signal),
      person: (delivery) => lookAgain(deps, delivery),
      left: (delivery) => lookWhetherLeft(deps, delivery),
      tell: said,
      say: said,
      feed: said,
      answer: said,
    },
    expire: (id) => expire(deps, id, unwritten),
    lapse: (id) => lapse(deps, id),
    stick: (id) => stick(deps, id),
    chores: [],
  })
  let messages = 0

  /** Stores what somebody says, as a listener would, and gives the id of its inbox row. */
  async function says(): Promise<string> {
    messages += 1
    const inbox = `m${messages}-${randomIds.opaque()}`
    await store.receive({ id: inbox, kind: 'command', receivedAt: time.now, body: {}, doneAt: null, answer: null })
    return inbox
  }

  async function answerTo(work: (inbox: string) => Promise<void>): Promise<string> {
    const inbox = await says()
    await work(inbox)
    return (await store.inboxRow(inbox))?.answer ?? ''
  }

  async function press(
    by: string,
    request: RequestId,
    audience: Copy['audience'] = 'approvers',
  ): Promise<Omit<Press, 'inbox'>> {
    const copy = (await store.copiesOf(request)).find((one) => one.audience === audience)
    const digest = (await store.request(request))?.digest ?? ''
    const channel = copy?.channel ?? (audience === 'approvers' ? 'C0REQUESTS' : 'D0')
    return { by, request, copy: copy?.id ?? '', digest, channel, ts: copy?.ts ?? '1.1' }
  }

  return {
    deps,
    store,
    scheduler,
    target,
    people,
    time,
    delivered,
    /** With `posts`: destinations where no card can be posted, and what Slack says of why. */
    refuses,
    path,
    says,
    /** Somebody asks; gives the answer. */
    asks: (by: string, words = 'INC-42 replica lag', ttlMs?: number, entitlement = 'orders-read') =>
      answerTo((inbox) => submit(deps, { by, inbox, entitlement, ttlMs, words })),
    approves: async (by: string, request: RequestId) => {
      const pressed = await press(by, request)
      return answerTo((inbox) => approve(deps, { ...pressed, inbox }))
    },
    denies: async (by: string, request: RequestId, note = 'not now') => {
      const pressed = await press(by, request)
      return answerTo((inbox) => deny(deps, { ...pressed, inbox, note }))
    },
    extends: (by: string, request: RequestId, ttlMs: number | undefined, words = 'INC-42 still not mended') =>
      answerTo((inbox) => extend(deps, { by, inbox, request, ttlMs, words })),
    withdraws: (by: string, request: RequestId) =>
      answerTo((inbox) => withdraw(deps, { by, inbox, request, press: undefined })),
    nudges: (by: string, request: RequestId) =>
      answerTo((inbox) => nudge(deps, { by, inbox, request, press: undefined })),
    press,
    answerTo,
    /** The newest request's id. */
    newest: async (): Promise<RequestId> => (await store.requests({ limit: 1 }))[0]?.id ?? 'R-000000',
    grantOf: (request: RequestId) => store.grant(grantIdOf(request)),
    events: async () => (await store.events({ limit: 10_000 })).map(({ name }) => name),
    /** Lets time pass and does what is due then. */
    passes: async (ms: number) => {
      time.now += Math.min(ms, LANDS_WITHIN_MS)
      target.lands() // within the deadline and the quiet period of its call
      time.now += Math.max(0, ms - LANDS_WITHIN_MS)
      await scheduler.tick(time.now)
      await scheduler.idle()
    },
    settles: () => scheduler.idle(),
    /** The process dies as soon as it comes to the label. */
    dieAt: (label: Label) => {
      power.dieAt = label
    },
    isDead: () => !power.on,
    /** Gives up the process where it stands; the database stays as it is. */
    bury: async () => {
      power.on = false
      target.busy.clear() // nobody makes the dead process's calls any more
      await database.close()
    },
    close: async () => {
      await scheduler.stop(100)
      await database.close()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Makes worlds that end with the test that made them. */
export function useWorlds() {
  const worlds: World[] = []
  afterEach(async () => {
    for (const made of worlds.splice(0)) await made.close()
  })
  return async (change: Parameters<typeof makeWorld>[0] = {}): Promise<World> => {
    const made = await makeWorld(change)
    worlds.push(made)
    return made
  }
}
