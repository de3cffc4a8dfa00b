import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Person } from '../../src/core/person.ts'
import { accept } from '../../src/core/result.ts'
import { makeEntitlement, makeGroup, makePerson, makePolicy, makeRule } from '../support/make.ts'
import type { World } from '../support/world.ts'
import { quickWorld } from './town.ts'

/** A world in which the rule needs `quorum` voices of people who stand in two groups each. */
async function worldWith(quorum: number): Promise<World> {
  const ids = ['U0ANN', 'U0ANNTWO', 'U0LEE', 'U0LEETWO', 'U0KIM', 'U0KIMTWO', 'U0SAM']
  const rule = makeRule({ quorum, approvers: [makeGroup('leads', ids), makeGroup('others', [...ids].reverse())] })
  const policy = makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [rule] })]]) })
  const world = await quickWorld({ policy })
  for (const name of ['ann', 'lee', 'kim']) {
    const second: Person = makePerson(name, { id: `U0${name.toUpperCase()}TWO` })
    world.people.persons.set(second.id, accept(second))
  }
  return world
}

export function itNeedsDifferentPeople(orders: number): void {
  it(`${orders.toLocaleString('en')} orders of presses by two accounts of each of three people, in two groups: fewer people than k never grant`, async () => {
    const presses = fc.array(fc.constantFrom('U0LEE', 'U0LEETWO', 'U0KIM', 'U0KIMTWO', 'U0ANN', 'U0ANNTWO'), {
      maxLength: 12,
    })
    for (const quorum of [2, 3]) {
      const world = await worldWith(quorum)
      for (const order of fc.sample(presses, { numRuns: orders / 2, seed: quorum })) {
        world.time.now += 3_600_000 // limits of one hour are not what this is about
        await world.asks('U0ANN')
        const id = await world.newest()
        for (const by of order) await world.approves(by, id)
        const voices = new Set(order.map((by) => by.slice(0, 5)).filter((by) => by !== 'U0ANN'))
        expect((await world.store.request(id))?.state).toBe(voices.size >= quorum ? 'approved' : 'pending')
        await world.withdraws('U0ANN', id)
        await world.settles()
        await world.passes(120_000)
      }
      await world.close()
    }
  })
}

const GROUPS = { leads: ['U0LEE', 'U0KIM', 'U0KIMTWO'], security: ['U0SAM', 'U0KIM'], directors: ['U0DEE'] }
const PEOPLE = ['U0LEE', 'U0KIM', 'U0KIMTWO', 'U0SAM', 'U0DEE', 'U0ANN']

/** One of the leads and one of security must agree; directors join after five minutes, for either. */
async function worldOfParts(): Promise<World> {
  const [leads, security] = [makeGroup('leads', GROUPS.leads), makeGroup('security', GROUPS.security)]
  const needs = [leads, security].map((from) => ({ from, atLeast: 1 }))
  const step = { afterMs: 300_000, to: [makeGroup('directors', GROUPS.directors)], channels: [], decide: true }
  const rule = makeRule({ quorum: 2, approvers: [leads, security], needs, escalate: [step] })
  const policy = makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [rule] })]]) })
  const world = await quickWorld({ policy })
  world.people.persons.set('U0KIMTWO', accept(makePerson('kim', { id: 'U0KIMTWO' })))
  return world
}

/** Whether two different humans sit at one place each, by trying all pairs. */
function bothAgreed(pressed: readonly string[]): boolean {
  const human = (id: string) => id.replace('TWO', '')
  const first = pressed.filter((id, index) => pressed.findIndex((other) => human(other) === human(id)) === index)
  const may = (group: 'leads' | 'security') =>
    first.filter((id) => GROUPS[group].includes(id) || GROUPS.directors.includes(id))
  return may('leads').some((lead) => may('security').some((other) => human(other) !== human(lead)))
}

export function itNeedsOneOfEachGroup(orders: number): void {
  it(`${orders.toLocaleString('en')} orders of presses where one of each of two groups must agree: one person never stands for both`, async () => {
    const presses = fc.array(fc.constantFrom(...PEOPLE), { maxLength: 6 })
    const world = await worldOfParts()
    for (const order of fc.sample(presses, { numRuns: orders, seed: 7 })) {
      world.time.now += 3_600_000
      await world.asks('U0ANN')
      const id = await world.newest()
      world.time.now += 300_000 // the directors have joined
      for (const by of order) await world.approves(by, id)
      const voices = order.filter((by) => by !== 'U0ANN')
      expect([order, (await world.store.request(id))?.state]).toEqual([
        order,
        bothAgreed(voices) ? 'approved' : 'pending',
      ])
      await world.withdraws('U0ANN', id)
      await world.settles()
      await world.passes(120_000)
    }
    await world.close()
  })
}
