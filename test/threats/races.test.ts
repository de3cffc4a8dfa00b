import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { lapse } from '../../src/operations/timely.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule } from '../support/make.ts'
import type { World } from '../support/world.ts'
import { configOf, quickWorld, startTown, until } from './town.ts'

const RACES = 1_020
/** Races that are run side by side, each about a request of its own. */
const TRACKS = 30

const kinds = Array.from({ length: TRACKS }, (_, index) => `orders-${index}`)
const policy = makePolicy({
  people: {
    subject: { kind: 'email', domains: ['example.com'] },
    security: [],
    limits: { open: 1_000, perHour: 100_000 },
  },
  entitlements: new Map(
    kinds.map((id) => [id, makeEntitlement({ id, access: { role: id }, rules: [makeRule({ lapseMs: 15 * MINUTE })] })]),
  ),
})

/** Who may move at the same moment. `lapse` is tried both when it is due and when it is not. */
const MOVES = ['approve', 'approve', 'deny', 'cancel', 'lapse', 'approve by kim', 'double', 'ask'] as const

type Move = (typeof MOVES)[number]

function moved(world: World, id: RequestId, move: Move, entitlement: string): Promise<unknown> {
  switch (move) {
    case 'approve':
      return world.approves('U0LEE', id)
    case 'approve by kim':
      return world.approves('U0KIM', id)
    case 'double':
      return Promise.all([world.approves('U0LEE', id), world.approves('U0LEE', id)])
    case 'deny':
      return world.denies('U0KIM', id)
    case 'cancel':
      return world.withdraws('U0ANN', id)
    case 'lapse':
      return lapse(world.deps, id)
    case 'ask':
      return world.asks('U0ANN', 'INC-42 once more', undefined, entitlement)
  }
}

/** A generator whose run is the same each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 12) % sides
  }
}

describe('approve, deny, cancel, lapse at the same moment; double click', () => {
  it(`${RACES} races of two to five moves: never two winners, and what won is what the record says`, async () => {
    const world = await quickWorld({ policy })
    const roll = dice(7)
    const won = new Map<string, number>()
    for (let race = 0; race < RACES; race += TRACKS) {
      await Promise.all(kinds.map((kind) => world.asks('U0ANN', 'INC-42 replica lag', undefined, kind)))
      const pending = await world.store.requests({ states: ['pending'], limit: TRACKS * 2 })
      expect(pending).toHaveLength(TRACKS)
      if (roll(3) === 0) world.time.now += 15 * MINUTE - 1 + roll(2)
      await Promise.all(
        pending.flatMap(({ id, terms }) => {
          const moves = Array.from({ length: 2 + roll(4) }, () => MOVES[roll(MOVES.length)] ?? 'approve')
          return moves.map((move) => moved(world, id, move, terms.entitlement))
        }),
      )
      for (const { id } of pending) {
        const request = await world.store.request(id)
        const grant = await world.grantOf(id)
        expect(grant !== undefined).toBe(request?.state === 'approved')
        won.set(request?.state ?? '', (won.get(request?.state ?? '') ?? 0) + 1)
        const events = await world.store.events({ request: id, limit: 100 })
        const outcomes = events.filter(({ name }) => /^request\.(approved|denied|cancelled|lapsed)$/.test(name))
        expect(outcomes.map(({ name }) => name)).toEqual(
          request?.state === 'pending' ? [] : [`request.${request?.state}`],
        )
        expect(events.filter(({ name }) => name === 'grant.begun')).toHaveLength(grant ? 1 : 0)
      }
      await endAll(world)
    }
    expect([...won.keys()].sort()).toEqual(expect.arrayContaining(['approved', 'cancelled', 'denied', 'lapsed']))
    expect([...world.target.held]).toEqual([])
    expect(world.target.overlaps).toBeLessThanOrEqual(1)
    await world.close()
  }, 60_000)

  it('two approvers and one who denies press at once, 10 times on the whole bot: one winner, and everybody is told', async () => {
    const town = await startTown()
    for (let round = 0; round < 10; round += 1) {
      const { id, card } = await town.asks(town.ann, `orders-read INC-${round} replica lag`)
      const presses = [
        town.lee.payloadOf('approve', card),
        town.kim.payloadOf('approve', card),
        town.lee.payloadOf('approve', card),
      ]
      const cancels = round % 2 === 0 ? [town.ann.types(`/breakglass cancel ${id}`)] : []
      await Promise.all([...presses.map((press) => town.workspace.delivers(press)), ...cancels])
      await until(async () => (await town.look((store) => store.unanswered())).length === 0)
      const events = await town.look((store) => store.events({ request: id, limit: 99 }))
      expect(events.filter(({ name }) => name === 'request.approved' || name === 'request.cancelled')).toHaveLength(1)
      expect(events.filter(({ name }) => name === 'grant.begun').length).toBeLessThanOrEqual(1)
      await town.ann.types(`/breakglass end ${id}`)
      await until(async () => !(await town.grants()).some(({ state }) => state === 'granting' || state === 'active'))
    }
  })
})

describe('a Deny by an approver on an approved request', () => {
  it('revokes, whoever approved it; one who is none of the approvers does not', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    const approved = await town.kim.waitsFor('Deny and take away', { in: town.requests })
    await town.eve.presses('deny', approved)
    await town.eve.waitsFor('You are not one of the approvers', { in: town.requests })
    expect((await town.grants())[0]?.state).toBe('granting')
    await town.kim.presses('deny', approved)
    await town.kim.waitsForModal()
    await town.kim.submits({ reason: 'not her' })
    await until(async () => (await town.grants())[0]?.state !== 'granting')
    expect((await town.grants())[0]).toMatchObject({ cause: 'revoked-by', by: 'U0KIM' })
    await town.kim.waitsFor(`G-${id.slice(2)} was approved already: it is being taken away`)
  })

  it('a card of access that needed no approval has no Deny button', async () => {
    const town = await startTown({ config: configOf({ rule: NOBODY_APPROVES }) })
    await town.ann.types('/breakglass orders-read INC-42 replica lag')
    const card = await town.sam.waitsFor('No approval needed', { in: town.requests })
    expect(card.buttons).toEqual([])
  })

  it('a press on Deny by one who may not leaves an audit event, as one on Approve does', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    await town.eve.presses('deny', card)
    await town.eve.waitsFor('You are not one of the approvers', { in: town.requests })
    expect(await town.events()).toContain('approval.refused')
  })
})

const NOBODY_APPROVES = '{ requesters: [engineers], approval: none, default_purpose: incident }'

async function endAll(world: World): Promise<void> {
  await world.settles()
  for (const { request } of await world.store.grants({ states: ['granting', 'active'], limit: 1_000 })) {
    await world.withdraws('U0ANN', request)
  }
  for (const { id } of await world.store.requests({ states: ['pending'], limit: 1_000 }))
    await world.withdraws('U0ANN', id)
  await world.settles()
  await world.passes(2 * MINUTE)
}
