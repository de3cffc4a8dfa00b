import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withdraw } from '../../src/operations/withdraw.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule } from '../support/make.ts'
import { makeWorld, useWorlds, type World } from '../support/world.ts'

const AN_HOUR = 60 * MINUTE
const atMostAnHour = makePolicy({
  entitlements: new Map([
    [
      'orders-read',
      makeEntitlement({
        rules: [makeRule({ ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE, maxTotalMs: AN_HOUR } })],
      }),
    ],
  ]),
})

const begins = useWorlds()

/** Ann has the access; her card stands in the channel. */
async function annHasIt(world: World) {
  await world.asks('U0ANN')
  await world.settles()
  const first = await world.newest()
  await world.approves('U0LEE', first)
  await world.settles()
  return first
}

const cardOf = async (world: World, id: `R-${string}`) =>
  (await world.store.copiesOf(id)).find(({ audience }) => audience === 'approvers')

describe('more time', () => {
  it('is asked for in the thread of the first card, however often', async () => {
    const world = await begins({ policy: atMostAnHour, posts: true })
    const first = await annHasIt(world)
    const root = (await cardOf(world, first))?.ts
    let last = first
    for (const ttlMs of [20 * MINUTE, 25 * MINUTE]) {
      await world.passes(MINUTE)
      await world.extends('U0ANN', last, ttlMs)
      await world.settles()
      last = await world.newest()
      expect(await cardOf(world, last)).toMatchObject({ thread: root, ts: expect.not.stringMatching(`^${root}$`) })
      await world.approves('U0LEE', last)
      await world.settles()
    }
    expect(last).not.toBe(first)
  })

  it('stands by itself where the first card never stood', async () => {
    const world = await begins({ policy: { ...atMostAnHour, requestsChannel: undefined } })
    const first = await annHasIt(world) // Lee’s press has recorded his card; Kim’s was never posted
    await world.passes(MINUTE)
    await world.extends('U0ANN', first, 20 * MINUTE)
    const copies = await world.store.copiesOf(await world.newest())
    const threads = Object.fromEntries(copies.map(({ destination, thread }) => [destination, thread]))
    expect(threads).toEqual({ U0LEE: '1.1', U0KIM: null, U0ANN: null })
  })

  it('whenever it is asked for and agreed to: in all never more than the rule’s max_total, then a break', async () => {
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 14 }),
      ask: fc.integer({ min: 1, max: 30 }),
      late: fc.integer({ min: 0, max: 10 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        const world = await makeWorld({ policy: atMostAnHour })
        try {
          const first = await annHasIt(world)
          const began = (await world.grantOf(first))?.createdAt ?? 0
          let last = first
          for (const { wait, ask, late } of steps) {
            await world.passes(wait * MINUTE)
            await world.extends('U0ANN', last, ask * MINUTE)
            const asked = await world.newest()
            await world.passes(late * MINUTE)
            await world.approves('U0LEE', asked)
            await world.settles()
            const grant = await world.grantOf(asked)
            if (grant && grant.beganAt === began) expect(grant.expiresAt).toBeLessThanOrEqual(began + AN_HOUR)
            if (grant?.state === 'active') last = asked
          }
          const goesOn = (await world.grantOf(last))?.beganAt === began
          if (goesOn) await world.passes(Math.max(0, began + AN_HOUR - world.time.now))
          if (goesOn) expect(world.target.held.size).toBe(0)
        } finally {
          await world.close()
        }
      }),
      { numRuns: 12 },
    )
  })
})

describe('less time', () => {
  it('is for the requester only, from his own card and from the channel’s', async () => {
    const world = await begins({ policy: atMostAnHour, posts: true })
    for (const audience of ['approvers', 'requester'] as const) {
      const first = await annHasIt(world)
      const press = async (by: string) => {
        const pressed = await world.press(by, first, audience)
        return world.answerTo((inbox) =>
          withdraw(world.deps, { by, inbox, request: first, press: { ...pressed, inbox } }),
        )
      }
      for (const by of ['U0BEN', 'U0LEE', 'U0SAM'])
        expect(await press(by)).toContain('Only whoever asked can end it here')
      expect(await world.grantOf(first)).toMatchObject({ state: 'active' })
      expect(await press('U0ANN')).toContain('Thank you for giving it back')
      await world.settles()
      expect(world.target.held.size).toBe(0)
    }
  })

  it('from no card but one of these: a receipt’s button, or one of another request, does nothing', async () => {
    const world = await begins({ policy: atMostAnHour, posts: true })
    const first = await annHasIt(world)
    const pressed = await world.press('U0ANN', first, 'approvers')
    const forged = { ...pressed, copy: 'c0' }
    const answer = await world.answerTo((inbox) =>
      withdraw(world.deps, { by: 'U0ANN', inbox, request: first, press: { ...forged, inbox } }),
    )
    expect(answer).toContain('not a card of this bot')
    expect(world.target.held.size).toBe(1)
  })
})
