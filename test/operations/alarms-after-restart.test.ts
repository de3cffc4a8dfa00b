import { describe, expect, it } from 'vitest'
import type { AlarmReceivers } from '../../src/operations/ports.ts'
import { alarmLostTargets, endAllForClock } from '../../src/operations/start-up.ts'
import { bodies, endsStuck, passesInSteps, receiversOf, revokesFail, SECOND, until } from '../support/alarmed.ts'
import { MINUTE, makeEntitlement, makePolicy, makeTarget, NIGHT } from '../support/make.ts'
import { startPager } from '../support/pager.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

describe('killed', () => {
  it('after the event was stored and before anybody was alarmed: the alarm comes after the restart', async () => {
    const pager = await startPager()
    const night = await world({ receivers: receiversOf(pager) })
    const id = await endsStuck(night)
    night.time.now += 51 * SECOND
    night.dieAt('change.committed')
    void night.scheduler.tick(night.time.now)
    while (!night.isDead()) await new Promise((resolve) => setImmediate(resolve))
    await night.bury()
    expect(pager.taken).toEqual([])
    const morning = await world({
      path: night.path,
      target: night.target,
      now: night.time.now,
      receivers: receiversOf(pager),
    })
    expect(await morning.events()).toContain('grant.stuck')
    await morning.passes(SECOND)
    expect(bodies(pager)).toMatchObject([{ status: 'firing', grants: [{ request: id }] }])
  })

  it('after the pager took it and before that was stored: it is told once more, as the same message', async () => {
    const pager = await startPager()
    const taking = receiversOf(pager)
    const dying: AlarmReceivers = {
      ...taking,
      post: (...message) => taking.post(...message).then(() => new Promise<never>(() => {})),
    }
    const night = await world({ receivers: dying })
    await night.asks('U0ANN')
    await night.approves('U0LEE', await night.newest())
    await night.settles()
    revokesFail(night, 'misconfigured')
    night.time.now += 15 * MINUTE
    const ticking = setInterval(() => void night.scheduler.tick(night.time.now), 5)
    await until(() => pager.taken.length === 1)
    clearInterval(ticking)
    await night.bury()
    const morning = await world({ path: night.path, target: night.target, now: night.time.now, receivers: taking })
    await morning.settles()
    const [first, again] = pager.taken
    expect(pager.taken).toHaveLength(2)
    expect(again).toEqual(first)
  })
})

describe('what is wrong at the start', () => {
  it('a clock that jumped is an alarm until it is right again, and is told again meanwhile', async () => {
    const pager = await startPager()
    const night = await world({ receivers: receiversOf(pager) })
    let right = false
    Object.assign(night.deps, { clockIsRight: () => right })
    await endAllForClock(night.deps, 120_000)
    await night.passes(0)
    expect(bodies(pager)).toMatchObject([{ alarm: 'clock', status: 'firing', key: 'clock' }])
    await passesInSteps(night, 4 * MINUTE, MINUTE / 2)
    expect(bodies(pager)).toHaveLength(3)
    right = true
    await passesInSteps(night, 2 * MINUTE, MINUTE / 2)
    expect(bodies(pager).at(-1)).toMatchObject({ alarm: 'clock', status: 'cleared' })
    expect((await night.events()).filter((name) => name === 'clock.jumped')).toHaveLength(1)
  })

  it('access on a target that the config has lost is an alarm until the target is back', async () => {
    const pager = await startPager()
    const night = await world({ receivers: receiversOf(pager) })
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    await night.bury()
    const other = makeEntitlement({ target: makeTarget({ name: 'other-db' }) })
    const policy = makePolicy({ entitlements: new Map([['other-read', other]]) })
    const shared = { path: night.path, target: night.target, receivers: receiversOf(pager) }
    const lost = await world({ ...shared, policy, now: NIGHT + MINUTE })
    await alarmLostTargets(lost.deps)
    await lost.passes(0)
    expect(bodies(pager)).toMatchObject([
      {
        alarm: 'stuck',
        target: 'orders-db',
        grants: [{ request: id, attempts: 0 }],
        text: expect.stringContaining('no target “orders-db”'),
      },
    ])
    await lost.bury()
    const found = await world({ ...shared, now: NIGHT + 3 * MINUTE })
    await found.passes(MINUTE)
    expect(bodies(pager).at(-1)).toMatchObject({ alarm: 'stuck', status: 'cleared' })
  })
})
