import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import type { Label } from '../../src/operations/labels.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule, makeTarget } from '../support/make.ts'
import { FakeTarget } from '../support/target.ts'
import { makeWorld, type World } from '../support/world.ts'
import { quickFolder } from './town.ts'

const HELD = 'ann {"role":"orders_read"}'
/** Three names for one access, so that their grants lean on one holding. */
const NAMES = ['orders-a', 'orders-b', 'orders-c'] as const
const target = makeTarget({ timeoutMs: 40 })
const policy = makePolicy({
  entitlements: new Map(
    NAMES.map((id) => [
      id,
      makeEntitlement({
        id,
        target,
        rules: [makeRule({ ttl: { minMs: 1_000, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE } })],
      }),
    ]),
  ),
})

/** Where a step can be cut off. */
const CUTS: readonly Label[] = [
  'change.deciding',
  'change.committed',
  'grant.claimed',
  'grant.preexisting-asked',
  'grant.preexisting-stored',
  'grant.call-announced',
  'grant.called',
  'grant.confirmed',
  'revoke.claimed',
  'revoke.called',
  'revoke.confirmed',
]

/** Every order in which so many grants can begin and end: `0 1 0 1` begins both, then ends both. */
function ordersOf(count: number): number[][] {
  const orders: number[][] = []
  const extend = (order: number[]) => {
    if (order.length === count * 2) orders.push(order)
    for (let one = 0; one < count; one += 1) {
      if (order.filter((other) => other === one).length < 2) extend([...order, one])
    }
  }
  extend([])
  return orders
}

interface Cut {
  readonly step: number
  readonly at: Label
}

/** Plays one order, killed once, and judges after each step; `before`: the access was there before us. */
async function play(folder: string, order: readonly number[], { cut, before }: { cut: Cut; before: boolean }) {
  const path = join(folder, `${order.join('')}-${cut.step}-${cut.at}-${before}.db`)
  const fake = new FakeTarget()
  if (before) fake.held.add(HELD)
  let world = await makeWorld({ policy, path, target: fake })
  const asked = new Map<number, RequestId>()
  for (const [step, which] of order.entries()) {
    if (step === cut.step) world.dieAt(cut.at)
    await untilDead(world, take(world, asked, { which, step }))
    if (step === cut.step) world = await again(world)
    await judge(world, fake, before)
  }
  await world.passes(31 * MINUTE)
  await world.passes(2 * MINUTE)
  expect((await world.store.grants({ limit: 9 })).every(({ state }) => state === 'revoked')).toBe(true)
  expect([...fake.held]).toEqual(before ? [HELD] : [])
  expect(fake.overlaps).toBeLessThanOrEqual(1)
  await world.close()
  await rm(path, { force: true })
}

/** Begins a grant that has not begun, or ends it: early, by a deny, or by its time. */
async function take(world: World, asked: Map<number, RequestId>, { which, step }: { which: number; step: number }) {
  const known = asked.get(which)
  if (known === undefined) {
    await world.asks('U0ANN', 'INC-42 replica lag', 20 * MINUTE, NAMES[which])
    const id = await world.newest()
    asked.set(which, id)
    await world.approves('U0LEE', id)
  } else if (step % 2 === 0) await world.withdraws('U0ANN', known)
  else await world.denies('U0KIM', known)
  await world.settles()
}

async function untilDead(world: World, work: Promise<unknown>): Promise<void> {
  let done = false
  const ended = work.finally(() => {
    done = true
  })
  while (!done && !world.isDead()) await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))])
}

/** The process starts again on the same database, and has done nothing yet. */
async function reborn(world: World): Promise<World> {
  await world.bury()
  const next = await makeWorld({ policy, path: world.path, target: world.target, now: world.time.now })
  return next
}

async function again(world: World): Promise<World> {
  const next = await reborn(world)
  await next.settles()
  await next.passes(70_000) // a call cut off by the kill is no unknown outcome any more
  return next
}

/** Who has an active grant has access; where nothing is granted, nothing is held that was not there before. */
async function judge(world: World, fake: FakeTarget, before: boolean): Promise<void> {
  const grants = await world.store.grants({ states: ['granting', 'active', 'revoking'], limit: 9 })
  if (grants.some(({ state }) => state === 'active')) expect(fake.held.has(HELD)).toBe(true)
  if (grants.length === 0) expect(fake.held.has(HELD)).toBe(before)
}

describe('overlapping grants, access that was there before', () => {
  const two = ordersOf(2)
  const three = ordersOf(3)

  it(`every order of two grants (${two.length}) × 4 steps × a kill at ${CUTS.length} points, every fourth one of them: ${(two.length * 4 * CUTS.length) / 4} nights`, async () => {
    const folder = await quickFolder()
    let night = 0
    for (const order of two) {
      for (let step = 0; step < 4; step += 1) {
        for (const at of CUTS) {
          night += 1
          if (night % 4 === 0) await play(folder, order, { cut: { step, at }, before: night % 3 === 0 })
        }
      }
    }
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  it(`every order of three grants (${three.length}), each killed at another point`, async () => {
    const folder = await quickFolder()
    for (const [index, order] of three.entries()) {
      const at = CUTS[(index * 7) % CUTS.length] ?? 'grant.called'
      await play(folder, order, { cut: { step: index % 6, at }, before: index % 4 === 0 })
    }
    await rm(folder, { recursive: true, force: true })
  }, 60_000)
})

describe('effect lands after the call was given up', () => {
  const LATE_S = [0, 1, 5, 20, 40, 59] as const
  const ENDS = ['ended', 'denied', 'killed'] as const
  const nights = LATE_S.flatMap((late) => ENDS.map((end) => [late, end] as const))

  it.each(nights)(
    '%i s after, and the grant or the bot was %s meanwhile: taken away all the same, and not called revoked before',
    async (late, end) => {
      const folder = await quickFolder()
      let world = await makeWorld({ policy, path: join(folder, 'test.db') })
      const fake = world.target
      fake.mishaps.grant.push('hang')
      await world.asks('U0ANN', 'INC-42 replica lag', undefined, 'orders-a')
      const id = await world.newest()
      await world.approves('U0LEE', id)
      if (end === 'killed') world.dieAt('grant.call-announced')
      await untilDead(world, world.settles()) // the call is given up, or nobody is there to hear of it
      if (end === 'killed') world = await reborn(world)
      await (end === 'denied' ? world.denies('U0KIM', id) : world.withdraws('U0ANN', id))
      await world.settles()
      expect((await world.grantOf(id))?.state).toBe('revoking')
      await world.passes(late * 1_000)
      expect((await world.grantOf(id))?.state).toBe('revoking')
      fake.held.add(HELD)
      await world.passes(61_000)
      await world.passes(1_000)
      expect([...fake.held]).toEqual([])
      expect((await world.grantOf(id))?.state).toBe('revoked')
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  )
})
