import { describe, expect, it } from 'vitest'
import {
  bodies,
  endsStuck,
  mend,
  passesInSteps,
  receiversOf,
  revokesFail,
  SECOND,
  stuckEvents,
  until,
} from '../support/alarmed.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { type Pager, startPager } from '../support/pager.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

describe('access that is not taken away', () => {
  it('is known to the pager, the channel and the requester within 60 s after its end', async () => {
    const pager = await startPager()
    const night = await world({ receivers: receiversOf(pager) })
    const id = await endsStuck(night)
    expect(pager.taken).toEqual([])
    await passesInSteps(night, 58 * SECOND)
    expect(pager.complaints).toEqual([])
    expect(bodies(pager)).toEqual([
      {
        v: 1,
        alarm: 'stuck',
        status: 'firing',
        key: 'stuck:orders-db',
        at: expect.stringMatching(/^2026-11-22T03:15:5\d/),
        since: expect.stringMatching(/^2026-11-22T03:15:5\d/),
        target: 'orders-db',
        count: 1,
        grants: [
          {
            grant: id.replace('R', 'G'),
            request: id,
            entitlement: 'orders-read',
            end: '2026-11-22T03:15:00.000Z',
            revoking_since: '2026-11-22T03:15:00.000Z',
            attempts: expect.any(Number),
          },
        ],
        text: expect.stringContaining('“orders-db” does not confirm that the access of 1 grant is gone'),
      },
    ])
    expect((await stuckEvents(night)).length).toBe(1)
    expect(night.delivered).toContainEqual(expect.objectContaining({ kind: 'tell', news: 'stuck', person: 'U0ANN' }))
  })

  it('tells a pager nothing about people or what they typed', async () => {
    const pager = await startPager()
    const night = await world({ receivers: receiversOf(pager) })
    await endsStuck(night, 'misconfigured')
    expect(pager.taken[0]?.text).not.toMatch(/ann|lee|INC-42|replica/i)
  })

  it('is told again after 1, 2, 4 … 60 minutes to pager and channel, then that it is over', async () => {
    const pager = await startPager()
    const night = await world({ receivers: receiversOf(pager) })
    await endsStuck(night, 'refused')
    const toldAt: number[] = []
    let minutes = 0
    for (const step of [...Array<number>(31).fill(1), ...Array<number>(8).fill(4), ...Array<number>(12).fill(10)]) {
      const before = pager.taken.length
      await night.passes(step * MINUTE)
      minutes += step
      if (pager.taken.length > before) toldAt.push(minutes)
    }
    expect(toldAt).toEqual([1, 3, 7, 15, 31, 63, 123, 183])
    expect((await stuckEvents(night)).map(({ detail }) => detail.repeat)).toEqual([undefined, 1, 2, 3, 4, 5, 6, 7, 8])
    mend(night)
    await passesInSteps(night, 3 * MINUTE, 30 * SECOND)
    expect(bodies(pager).at(-1)).toMatchObject({ status: 'cleared', key: 'stuck:orders-db' })
    const told = pager.taken.length
    await passesInSteps(night, 180 * MINUTE, 10 * MINUTE)
    expect(pager.taken.length).toBe(told)
    expect((await stuckEvents(night)).length).toBe(9)
  })

  it('is an alarm at once where trying again cannot help, and after a while where the target is only away', async () => {
    const pager = await startPager()
    for (const mishap of ['misconfigured', 'refused'] as const) {
      const night = await world({ receivers: receiversOf(pager) })
      await endsStuck(night, mishap)
      expect(bodies(pager).pop()).toMatchObject({ alarm: 'stuck', status: 'firing', count: 1 })
      mend(night)
      await passesInSteps(night, 3 * MINUTE, 30 * SECOND)
      expect(night.target.held.size).toBe(0)
      expect(bodies(pager).at(-1)).toMatchObject({ status: 'cleared' })
      pager.taken.length = 0
    }
    await endsStuck(await world({ receivers: receiversOf(pager) }), 'unreachable')
    expect(pager.taken).toEqual([])
  })

  it('of many grants is one alarm that counts all and names the oldest, and news when there are more', async () => {
    const pager = await startPager()
    const names = Array.from({ length: 30 }, (_, index) => `U0E${index}`)
    const rule = makeRule({ requesters: [makeGroup('all', names)], approval: 'none', approvers: [], quorum: 0 })
    const policy = makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [rule] })]]) })
    const night = await world({ receivers: receiversOf(pager), policy })
    for (const name of names.slice(1)) await night.asks(name)
    await night.settles()
    await night.passes(MINUTE / 2)
    await night.asks(names[0] ?? '')
    await night.settles()
    revokesFail(night, 'misconfigured')
    await night.passes(15 * MINUTE - MINUTE / 2)
    const first = bodies(pager).at(-1)
    expect(first).toMatchObject({ count: 29, text: expect.stringContaining('29 grants') })
    expect(first?.grants).toHaveLength(20)
    expect(pager.posts).toBeLessThan(30)
    await night.passes(MINUTE / 2)
    expect(bodies(pager).at(-1)).toMatchObject({ count: 30 })
    const waiting = await night.store.census(night.time.now + 60 * MINUTE)
    expect(waiting.waiting.find(({ kind }) => kind === 'alarm')?.count).toBe(1)
  })
})

describe('a receiver of alarms', () => {
  it.each([
    ['answers 500', (pager: Pager) => (pager.misbehave = (response) => void response.writeHead(500).end())],
    ['answers 404', (pager: Pager) => (pager.misbehave = (response) => void response.writeHead(404).end())],
    ['hangs up', (pager: Pager) => (pager.misbehave = (response) => void response.destroy())],
    ['is down', (pager: Pager) => pager.stop()],
  ])('that %s delays no other and no revoke, and hears how things stand when it is back', async (_, breaks) => {
    const [broken, well] = [await startPager(), await startPager()]
    const night = await world({ receivers: receiversOf(broken, well) })
    await breaks(broken)
    await endsStuck(night, 'misconfigured')
    expect(bodies(well)).toMatchObject([{ status: 'firing' }])
    await passesInSteps(night, 20 * SECOND)
    expect(broken.taken).toEqual([])
    mend(night)
    await night.passes(MINUTE)
    expect(night.target.held.size).toBe(0)
    await passesInSteps(night, 2 * MINUTE, 30 * SECOND)
    if (broken.misbehave) broken.misbehave = undefined
    else await broken.start()
    await passesInSteps(night, 2 * MINUTE, 30 * SECOND)
    expect(bodies(broken)).toMatchObject([{ status: 'cleared', key: 'stuck:orders-db' }])
  })

  it('that hangs delays no other', async () => {
    const [hanging, well] = [await startPager(), await startPager()]
    hanging.misbehave = () => {}
    const night = await world({ receivers: receiversOf(hanging, well) })
    await night.asks('U0ANN')
    await night.approves('U0LEE', await night.newest())
    await night.settles()
    revokesFail(night, 'misconfigured')
    night.time.now += 15 * MINUTE
    const ticking = setInterval(() => void night.scheduler.tick(night.time.now), 5)
    await until(() => hanging.posts > 0 && well.taken.length > 0)
    mend(night)
    night.time.now += MINUTE
    await until(() => night.target.held.size === 0)
    clearInterval(ticking)
    expect(hanging.taken).toEqual([])
  })

  it('that the config has no more is left in peace, and a new one hears of what lasts', async () => {
    const [old, young] = [await startPager(), await startPager()]
    const night = await world({ receivers: receiversOf(old) })
    old.misbehave = (response) => void response.writeHead(500).end()
    await endsStuck(night, 'misconfigured')
    await night.bury()
    const morning = await world({ path: night.path, now: night.time.now, receivers: receiversOf(young) })
    revokesFail(morning, 'misconfigured')
    const posts = old.posts
    await passesInSteps(morning, 2 * MINUTE, 30 * SECOND)
    expect([old.posts, bodies(young).length]).toEqual([posts, 1])
    expect((await morning.store.census(morning.time.now + 60 * MINUTE)).waiting.map(({ kind }) => kind)).not.toContain(
      'page',
    )
  })
})
