import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Policy } from '../../src/core/policy.ts'
import type { Request } from '../../src/core/request.ts'
import { LABELS, type Label } from '../../src/operations/labels.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule } from '../support/make.ts'
import { FakeTarget, type Mishap } from '../support/target.ts'
import { makeWorld, type World } from '../support/world.ts'

/**
 * The laws of the states, under any order of what people and targets do, with the process killed anywhere: whatever
 * happens, each grant was agreed to, no two calls on one holding overlap, each grant ends, and in the end the target
 * holds what it held before us.
 */
const PEOPLE = ['U0ANN', 'U0BEN', 'U0LEE'] as const
const APPROVERS = ['U0LEE', 'U0KIM'] as const

const MOST_IN_ALL = 40 * MINUTE
const twin = makeEntitlement({
  id: 'orders-twin',
  rules: [
    makeRule({
      name: 'bounded',
      ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE, maxTotalMs: MOST_IN_ALL },
    }),
  ],
})
const alone = makeEntitlement({
  id: 'orders-write',
  access: { role: 'orders_write' },
  rules: [makeRule({ name: 'two', quorum: 2 })],
})
const policy: Policy = makePolicy({
  entitlements: new Map([makeEntitlement(), twin, alone].map((entitlement) => [entitlement.id, entitlement])),
})

type Step =
  | {
      readonly kind: 'ask'
      readonly by: string
      readonly entitlement: string
      readonly minutes: number
      readonly agreed: boolean
    }
  | { readonly kind: 'approve' | 'deny' | 'withdraw'; readonly by: string; readonly which: number }
  | { readonly kind: 'extend'; readonly which: number; readonly minutes: number; readonly agreed: boolean }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'mishap'; readonly operation: 'grant' | 'revoke' | 'holds'; readonly mishap: Mishap }
  | { readonly kind: 'kill'; readonly at: Label }

const by = fc.constantFrom(...PEOPLE)
const which = fc.nat(5)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      by,
      entitlement: fc.constantFrom('orders-read', 'orders-twin', 'orders-write'),
      minutes: fc.integer({ min: 1, max: 30 }),
      agreed: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('approve' as const), by: fc.constantFrom(...APPROVERS), which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('extend' as const),
      which,
      minutes: fc.integer({ min: 10, max: 30 }),
      agreed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deny' as const), by: fc.constantFrom(...APPROVERS), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), by, which }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 1_200 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('mishap' as const),
      operation: fc.constantFrom('grant' as const, 'revoke' as const, 'holds' as const),
      mishap: fc.constantFrom<Mishap>('refused', 'unreachable', 'lost', 'late', 'late', 'nothing', 'misconfigured'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), at: fc.constantFrom(...LABELS) }) },
)

async function restart(world: World): Promise<World> {
  await world.bury()
  const next = await makeWorld({ policy, path: world.path, target: world.target, now: world.time.now })
  await next.settles()
  return next
}

/** Waits for what was begun; for a dead process, only as long as something still moves. */
async function within(work: Promise<unknown>, world: World): Promise<void> {
  let done = false
  const settled = work.finally(() => {
    done = true
  })
  while (!done && !world.isDead()) await Promise.race([settled, new Promise((resolve) => setImmediate(resolve))])
}

/** Mostly what the step makes sense for; now and then any request. */
async function choose(
  { store }: World,
  { kind, which }: Extract<Step, { which: number }>,
): Promise<Request | undefined> {
  const all = await store.requests({ limit: 100 })
  const live = await store.grants({ states: ['active'], limit: 100 })
  const sensible = all.filter(({ id, state }) =>
    kind === 'extend' ? live.some(({ request }) => request === id) : kind === 'approve' ? state === 'pending' : true,
  )
  const from = which === 5 || sensible.length === 0 ? all : sensible
  return from[which % Math.max(1, from.length)]
}

/** To what was asked last. */
async function everybodyAgrees(world: World): Promise<void> {
  const newest = await world.newest()
  for (const approver of APPROVERS) await world.approves(approver, newest)
}

async function play(world: World, next: Step): Promise<unknown> {
  const chosen = 'which' in next ? await choose(world, next) : undefined
  switch (next.kind) {
    case 'ask':
      await world.asks(next.by, 'INC-42 replica lag', next.minutes * MINUTE, next.entitlement)
      return next.agreed && everybodyAgrees(world)
    case 'extend':
      await (chosen && world.extends(chosen.terms.requester, chosen.id, next.minutes * MINUTE))
      return next.agreed && everybodyAgrees(world)
    case 'approve':
      return chosen && world.approves(next.by, chosen.id)
    case 'deny':
      return chosen && world.denies(next.by, chosen.id)
    case 'withdraw':
      return chosen && world.withdraws(next.by, chosen.id)
    case 'pass':
      return world.passes(next.seconds * 1_000)
    case 'mishap':
      return world.target.mishaps[next.operation].push(next.mishap)
    case 'kill':
      return undefined
  }
}

async function story(path: string, steps: readonly Step[], before: boolean): Promise<World> {
  const target = new FakeTarget()
  if (before) target.held.add('ben {"role":"orders_read"}')
  let world = await makeWorld({ policy, path, target })
  for (const [index, next] of steps.entries()) {
    if (next.kind === 'kill') world.dieAt(next.at)
    const doing = next.kind === 'kill' ? (steps[index + 1] ?? next) : next
    const played = play(world, doing).then(() => world.settles())
    await within(played, world)
    if (next.kind === 'kill') world = await restart(world)
  }
  return world
}

/** Repairs everything and lets all the time pass that anything can need. */
async function morning(world: World): Promise<void> {
  for (const mishaps of Object.values(world.target.mishaps)) mishaps.length = 0
  for (let quarter = 0; quarter < 8; quarter += 1) await world.passes(15 * MINUTE)
}

async function judge(world: World, before: boolean): Promise<void> {
  const grants = await world.store.grants({ limit: 1_000 })
  const requests = new Map((await world.store.requests({ limit: 1_000 })).map((request) => [request.id, request]))
  for (const grant of grants) {
    const request = requests.get(grant.request)
    const voices = new Set(request?.approvals.map(({ subject }) => subject))
    expect(request?.state).toBe('approved')
    expect(voices.has(grant.subject)).toBe(false)
    expect(voices.size).toBeGreaterThanOrEqual(request?.terms.quorum ?? 9)
    const most = request?.terms.rule === 'bounded' ? grant.beganAt + MOST_IN_ALL : Number.POSITIVE_INFINITY
    expect(grant.expiresAt).toBe(Math.min(grant.createdAt + (request?.terms.ttlMs ?? 0), most))
    expect(grant.state).toBe('revoked')
  }
  for (const request of requests.values()) {
    expect(request.state).not.toBe('pending')
    expect(grants.some((grant) => grant.request === request.id)).toBe(request.state === 'approved')
  }
  expect([...world.target.held]).toEqual(before ? ['ben {"role":"orders_read"}'] : [])
  expect(world.target.overlaps).toBeLessThanOrEqual(1)
  await judgeEvents(world, grants.length)
}

/** One event for each transition, and none for what did not happen. */
async function judgeEvents(world: World, grants: number): Promise<void> {
  const events = await world.store.events({ limit: 10_000 })
  const once = [
    'request.opened',
    'request.approved',
    'grant.begun',
    'grant.activated',
    'grant.revoke-begun',
    'grant.revoked',
  ]
  for (const name of once) {
    const requests = events.filter((event) => event.name === name).map(({ request }) => request)
    expect(new Set(requests).size).toBe(requests.length)
    if (['request.approved', 'grant.begun', 'grant.revoke-begun', 'grant.revoked'].includes(name))
      expect(requests).toHaveLength(grants)
  }
}

it('holds the laws of §4 under any order of events, with the process killed anywhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-laws-'))
  let run = 0
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 25, size: 'max' }),
        fc.boolean(),
        async (steps, before) => {
          run += 1
          const world = await story(join(folder, `${run}.db`), steps, before)
          try {
            await morning(world)
            await judge(world, before)
          } finally {
            await world.close()
          }
        },
      ),
      { numRuns: Number(process.env.LAWS_RUNS ?? 100) },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)
