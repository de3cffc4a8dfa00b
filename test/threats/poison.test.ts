import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../src/adapters/contract.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule, makeTarget } from '../support/make.ts'
import type { World } from '../support/world.ts'
import { quickWorld, startTown, type Town, until } from './town.ts'

const MANY = 60
const kinds = Array.from({ length: MANY }, (_, index) => `orders-${index}`)
const target = makeTarget({ timeoutMs: 50 })
const policy = makePolicy({
  people: { subject: { kind: 'slack_id' }, security: [], limits: { open: 1_000, perHour: 10_000 } },
  entitlements: new Map(
    kinds.map((id) => [id, makeEntitlement({ id, target, access: { role: id }, rules: [makeRule()] })]),
  ),
})

async function worldOfMany(): Promise<World> {
  const world = await quickWorld({ policy })
  for (const kind of kinds) await world.asks('U0ANN', 'INC-42 replica lag', 5 * MINUTE, kind)
  for (const { id } of await world.store.requests({ limit: MANY })) await world.approves('U0LEE', id)
  await world.settles()
  expect(world.target.held.size).toBe(MANY)
  return world
}

/** What a poisoned grant's target call does. */
const POISONS: Readonly<Record<string, () => Promise<void>>> = {
  'never answers': () => new Promise(() => {}),
  'throws what is no error': () => Promise.reject('poison'),
  'throws an error without a kind': () => Promise.reject(new TypeError('poison')),
}

describe('one poisoned grant among many does not starve the others', () => {
  it.each(Object.keys(POISONS))(
    `its target call %s: the other ${MANY - 1} are gone at their time, at the first try`,
    async (name) => {
      const world = await worldOfMany()
      const [poisoned] = await world.store.grants({ limit: 1 })
      world.target.during = (_operation: string, call: Call<unknown>) =>
        call.grantId === poisoned?.id ? POISONS[name]?.() : undefined
      await world.passes(5 * MINUTE)
      const left = await world.store.grants({ states: ['granting', 'active', 'revoking'], limit: MANY })
      expect(left.map(({ id }) => id)).toEqual([poisoned?.id])
      world.target.during = () => {}
      await world.passes(70_000)
      await world.passes(70_000)
      expect(world.target.held.size).toBe(0)
      await world.close()
    },
  )

  it(`its row cannot be read: the other ${MANY - 1} are gone at their time`, async () => {
    const world = await worldOfMany()
    const [poisoned] = await world.store.grants({ limit: 1 })
    spoil(world.path, poisoned?.id)
    await world.passes(5 * MINUTE)
    const others = world.target.held
    expect(others.size).toBeLessThanOrEqual(1)
    await world.close()
  })

  it('its row cannot be read: the bot starts, and takes the others away', async () => {
    const { town, bad, good } = await townOfTwo()
    await town.stop()
    spoil(town.databasePath, bad)
    await town.start()
    await town.ben.types(`/breakglass end ${good}`)
    await town.ben.waitsFor(`Ending ${good}`)
  })

  it('its row cannot be read: “revoke all” takes the others away', async () => {
    const { town, bad, good } = await townOfTwo()
    spoil(town.databasePath, bad)
    await town.sam.types('/breakglass revoke all fire')
    await town.sam.waitsFor(/Taking|broke/)
    const state = await town.look(async (store) => (await store.grant(good))?.state)
    expect(state).toMatch(/revok/)
  })
})

/** Ann's grant and Ben's; neither can reach its target. */
async function townOfTwo() {
  const town = await startTown()
  const [ann, ben] = [await granted(town, town.ann), await granted(town, town.ben)]
  return { town, bad: `G-${ann.slice(2)}` as const, good: `G-${ben.slice(2)}` as const }
}

async function granted(town: Town, by: Town['ann']) {
  const { id, card } = await town.asks(by)
  await town.lee.presses('approve', card)
  await until(async () => (await town.state(id)) === 'approved')
  return id
}

/** As a broken disk or a newer version may leave it: the row is there and cannot be read. */
function spoil(path: string, id: string | undefined): void {
  const db = new Database(path)
  const { changes } = db.prepare('UPDATE grants SET version = 9223372036854775807 WHERE id = ?').run(id)
  db.close()
  if (changes !== 1) throw new Error('nothing to spoil')
}
