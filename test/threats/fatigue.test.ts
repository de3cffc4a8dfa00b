import { describe, expect, it } from 'vitest'
import { drawRequest, SITUATION_COUNT, take } from '../fuzz/drawings.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const begins = useWorlds()

const cards = (world: World) => world.delivered.filter(({ kind }) => kind === 'draw').length
const reminders = (world: World) => world.delivered.filter(({ kind }) => kind === 'remind').length
const bothered = async (world: World) => (await world.store.requests({ limit: 10_000 })).length
const openNow = async (world: World) => (await world.store.requests({ states: ['pending'], limit: 10_000 })).length

describe('approval fatigue: one person cannot wear out those who decide', () => {
  it('1,000 requests a minute by one person: five cards, and one event of the refusals', async () => {
    const world = await begins({ posts: true })
    for (let nth = 0; nth < 1_000; nth += 1) {
      world.time.now += 60
      await world.asks('U0ANN', `INC-${nth} please let me in`)
    }
    await world.settles()
    expect(await openNow(world)).toBe(5)
    expect(await bothered(world)).toBe(5)
    expect(cards(world)).toBe(10) // five for the approvers, five of his own
    expect((await world.events()).filter((name) => name === 'request.refused')).toHaveLength(1)
    expect(await world.asks('U0BEN', 'INC-7 others are not held up')).toContain('asked for')
  })

  it('the same once more while it waits is refused, with the one that waits', async () => {
    const world = await begins()
    await world.asks('U0ANN', 'INC-42 replica lag')
    const id = await world.newest()
    expect(await world.asks('U0ANN', 'INC-42 replica lag')).toContain(`${id} is waiting`)
    expect(await openNow(world)).toBe(1)
  })

  it('asked again every ten seconds for three hours, in other words each time, and denied each time: eight times, at growing distances', async () => {
    const world = await begins({ policy: onlyIncidents() })
    const askedAt: number[] = []
    const began = world.time.now
    while (world.time.now < began + 180 * MINUTE) {
      world.time.now += 10_000
      const before = await bothered(world)
      await world.asks('U0ANN', `INC-42 let me in, please (${world.time.now})`)
      if ((await bothered(world)) === before) continue
      askedAt.push(world.time.now)
      await world.denies('U0LEE', await world.newest())
    }
    const gaps = askedAt.slice(1).map((at, index) => Math.round((at - (askedAt[index] ?? 0)) / MINUTE))
    expect(gaps).toEqual([0, 2, 4, 8, 16, 32, 64])
  })

  it('another entitlement, or somebody else, is not held up by that', async () => {
    const world = await begins({ policy: onlyIncidents('orders-write') })
    await world.asks('U0ANN', 'INC-42 replica lag')
    await world.denies('U0LEE', await world.newest())
    expect(await world.asks('U0ANN', 'INC-42 replica lag')).toContain('was denied a moment ago')
    expect(await world.asks('U0ANN', 'INC-42 replica lag', undefined, 'orders-write')).toContain('asked for')
    expect(await world.asks('U0BEN', 'INC-42 replica lag')).toContain('asked for')
  })

  it('an emergency is one all the same: a deny holds up nobody who may break the glass', async () => {
    const world = await begins({ policy: makeGlassPolicy() })
    await world.asks('U0ANN', 'INC-42 replica lag')
    await world.denies('U0LEE', await world.newest())
    expect(await world.asks('U0ANN', 'INC-42 replica lag')).toContain('was denied a moment ago')
    expect(await annBreaks(world)).toContain('the glass is broken')
  })

  it('nudged every ten seconds for as long as it waits: three reminders', async () => {
    const world = await begins({ posts: true })
    await world.asks('U0ANN')
    await world.settles()
    const id = await world.newest()
    for (let second = 0; second < 14 * 60; second += 10) {
      world.time.now += 10_000
      await world.nudges('U0ANN', id)
    }
    await world.settles()
    expect(reminders(world)).toBe(3)
    expect((await world.events()).filter((name) => name === 'request.reminded')).toHaveLength(3)
  })

  it('no card, reminder or notice calls a whole channel', () => {
    const typed = { reason: 'INC-42', note: 'no', name: 'Ann', address: 'ann', title: 'Read', line: '' }
    const drawn = Array.from({ length: SITUATION_COUNT }, (_, nth) => drawRequest(take(typed), nth)).flat()
    expect(drawn.length).toBeGreaterThan(100)
    expect(JSON.stringify(drawn)).not.toMatch(/<!(?:channel|here|everyone)|@(?:channel|here|everyone)/)
  })
})

function onlyIncidents(other?: string) {
  const rules = [makeRule({ purposes: ['incident'] })]
  const ids = ['orders-read', ...(other === undefined ? [] : [other])]
  const people = makePolicy().people
  return makePolicy({
    people: { ...people, limits: { open: 900, perHour: 9_000 } },
    entitlements: new Map(ids.map((id) => [id, makeEntitlement({ id, rules })])),
  })
}
