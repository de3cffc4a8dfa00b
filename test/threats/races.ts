import { expect, it } from 'vitest'
import type { AuditEvent } from '../../src/core/event.ts'
import { grantIdOf, type RequestId } from '../../src/core/ids.ts'
import { lapse } from '../../src/operations/timely.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import type { World } from '../support/world.ts'
import { quickWorld } from './town.ts'

/** Races that are run side by side, each about a request of somebody else. */
const TRACKS = 30
const runners = Array.from({ length: TRACKS }, (_, index) => `U0RUNNER${index}`)

/** Each round is about an entitlement of its own, so that nothing has to be ended before the next. */
function policyOf(rounds: number) {
  const rules = [makeRule({ lapseMs: 15 * MINUTE, requesters: [makeGroup('runners', runners)] })]
  const ids = Array.from({ length: rounds }, (_, index) => `orders-${index}`)
  const people = {
    subject: { kind: 'email', domains: ['example.com'] },
    security: [],
    limits: { open: 1_000_000, perHour: 1_000_000 },
  } as const
  return makePolicy({ people, entitlements: new Map(ids.map((id) => [id, makeEntitlement({ id, rules })])) })
}

/** Who may move at the same moment. `lapse` is tried both when it is due and when it is not. */
const MOVES = ['approve', 'approve', 'deny', 'cancel', 'lapse', 'approve by kim', 'double', 'ask'] as const

interface Race {
  readonly id: RequestId
  readonly runner: string
  readonly entitlement: string
}

function moved(world: World, { id, runner, entitlement }: Race, move: (typeof MOVES)[number]): Promise<unknown> {
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
      return world.withdraws(runner, id)
    case 'lapse':
      return lapse(world.deps, id)
    case 'ask':
      return world.asks(runner, 'INC-42 once more', undefined, entitlement)
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

/** Everybody asks, and then everybody moves at once. */
async function run(world: World, entitlement: string, roll: (sides: number) => number): Promise<RequestId[]> {
  const answers = await Promise.all(runners.map((one) => world.asks(one, 'INC-42 replica lag', undefined, entitlement)))
  const races = answers.map((answer, track) => {
    const id = (/R-\w{6}/.exec(answer)?.[0] ?? '') as RequestId
    return { id, entitlement, runner: runners[track] ?? '' }
  })
  if (roll(3) === 0) world.time.now += 15 * MINUTE - 1 + roll(2)
  const moves = races.flatMap((race) => {
    return Array.from({ length: 2 + roll(4) }, () => moved(world, race, MOVES[roll(MOVES.length)] ?? 'approve'))
  })
  await Promise.all(moves)
  return races.map(({ id }) => id)
}

/** What became of a request; its record must say the same, and only that. */
async function judged(world: World, id: RequestId, events: readonly AuditEvent[]): Promise<string> {
  const state = (await world.store.request(id))?.state ?? 'lost'
  const grant = await world.store.grant(grantIdOf(id))
  const names = events.map(({ name }) => name)
  const outcomes = names.filter((name) => /^request\.(approved|denied|cancelled|lapsed)$/.test(name))
  expect(outcomes).toEqual(state === 'pending' ? [] : [`request.${state}`])
  expect(names.filter((name) => name === 'grant.begun')).toHaveLength(state === 'approved' ? 1 : 0)
  expect(grant !== undefined).toBe(state === 'approved')
  return state
}

/** @param races a multiple of 30 */
export function itHasOneWinner(races: number): void {
  it(`${races.toLocaleString('en')} races of two to five moves: never two winners, and what won is what the record says`, async () => {
    const world = await quickWorld({ policy: policyOf(races / TRACKS) })
    const roll = dice(7)
    const won = new Map<string, number>()
    let told = 0
    for (let round = 0; round < races / TRACKS; round += 1) {
      const ids = await run(world, `orders-${round}`, roll)
      const events = await world.store.events({ after: told, limit: 100_000 })
      told = events.at(-1)?.sequence ?? told
      const byRequest = Map.groupBy(events, ({ request }) => request)
      for (const id of ids) {
        const state = await judged(world, id, byRequest.get(id) ?? [])
        won.set(state, (won.get(state) ?? 0) + 1)
      }
      world.time.now += 60 * MINUTE
    }
    expect([...won.keys()].sort()).toEqual(['approved', 'cancelled', 'denied', 'lapsed', 'pending'])
    for (const state of ['approved', 'cancelled', 'denied', 'lapsed']) {
      expect(won.get(state)).toBeGreaterThan(races / 50)
    }
    expect([...won.values()].reduce((sum, one) => sum + one, 0)).toBe(races)
    await world.close()
  })
}
