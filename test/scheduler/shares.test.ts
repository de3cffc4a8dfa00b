import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import { Shares } from '../../src/scheduler/shares.ts'
import { DONE, held, letters, makeGrant, makeRevoke, makeSay, makeWorld, NOW } from './world.ts'

/** Shares of a process that is at work for so much of its time. */
function sharesAt(atWork: number): Shares {
  return new Shares(() => atWork)
}

const ALL = Number.POSITIVE_INFINITY

describe('while there is time', () => {
  it('targets are served at once, and Slack’s lanes looked through every 100 ms', () => {
    const shares = sharesAt(0.9)
    expect(shares.at(NOW)).toEqual({ grants: ALL, slack: 16 })
    expect(shares.at(NOW + 99)).toEqual({ grants: ALL, slack: 0 })
    expect(shares.msToMore(NOW + 99)).toBe(1)
    expect(shares.at(NOW + 100)).toEqual({ grants: ALL, slack: 16 })
  })

  it('targets are not behind Slack', async () => {
    const { store, scheduler, begun } = makeWorld()
    store.put(makeSay('one'), makeGrant('A'), makeRevoke('B'))
    const shares = sharesAt(0)
    shares.at(NOW)
    await scheduler.tick(NOW, shares.at(NOW + 1))
    expect(begun).toEqual(['revoke G-B', 'grant G-A'])
    await scheduler.tick(NOW, shares.at(NOW + 100))
    expect(begun).toEqual(['revoke G-B', 'grant G-A', 'say one'])
  })

  it('a first burst of messages is no more than a few at a time', async () => {
    const call = held()
    const { store, scheduler } = makeWorld({ say: call.deliver })
    store.put(...letters(40).map((name) => makeSay(name, name)))
    expect(await scheduler.tick(NOW, sharesAt(0).at(NOW))).toBe(true)
    expect(call.waiting).toHaveLength(16)
  })
})

describe('under strain', () => {
  it('a few others begin every 250 ms, and revokes only in between', () => {
    const shares = sharesAt(0.91)
    expect(shares.at(NOW)).toEqual({ grants: 2, slack: 2 })
    expect(shares.at(NOW + 249)).toEqual({ grants: 0, slack: 0 })
    expect(shares.msToMore(NOW + 249)).toBe(1)
    expect(shares.at(NOW + 250)).toEqual({ grants: 2, slack: 2 })
  })

  it('revokes begin at once, though grants of the same target wait', async () => {
    const { store, scheduler, begun } = makeWorld()
    const shares = sharesAt(1)
    shares.at(NOW)
    store.put(makeGrant('A'), makeSay('one'), ...letters(9).map((name) => makeRevoke(name)))
    expect(await scheduler.tick(NOW, shares.at(NOW + 1))).toBe(true)
    await expect.poll(() => begun.length).toBe(9)
    await scheduler.tick(NOW, shares.at(NOW + 2))
    expect(begun).toEqual(letters(9).map((name) => `revoke G-${name}`))
  })

  it('grants do not follow each other at once', async () => {
    const { store, scheduler, begun } = makeWorld()
    store.put(...letters(20).map((name) => makeGrant(name)))
    await scheduler.tick(NOW, sharesAt(1).at(NOW))
    await expect.poll(() => store.rows.size).toBe(20 - begun.length)
    expect(begun).toHaveLength(2)
    await scheduler.idle()
    expect(begun).toHaveLength(20)
  })

  it('no more others begin than their share, whatever their lanes', async () => {
    const call = held()
    const targets = new Map(letters(9).map((name) => [name, { concurrency: 4 }]))
    const { store, scheduler } = makeWorld({ grant: call.deliver, say: call.deliver }, { policy: { targets } })
    store.put(
      ...letters(9).flatMap((name) => [makeGrant(`${name}1`, name), makeGrant(`${name}2`, name), makeSay(name, name)]),
    )
    await scheduler.tick(NOW, sharesAt(1).at(NOW))
    const begun = call.waiting.map(({ effect }) => effect.kind)
    expect(begun.filter((kind) => kind === 'grant')).toHaveLength(18) // two for each target
    expect(begun.filter((kind) => kind === 'say')).toHaveLength(2)
    call.release(DONE)
    await scheduler.idle()
    expect(call.waiting).toHaveLength(27)
  })
})

describe('nothing stands behind a flood', () => {
  const alarm: Effect = {
    kind: 'alarm',
    alarm: { about: 'clock' },
    since: NOW,
    told: 0,
    toldAt: 0,
    newestAt: 0,
    count: 0,
    dueAt: NOW,
  }
  const answer = (nth: number): Effect => ({ kind: 'answer', inbox: `envelope-${nth}`, dueAt: NOW })

  it.each([0, 1])(
    'of answers and messages: an alarm and a grant begin at once, at work for %d of the time',
    async (atWork) => {
      const targets = new Map(['db', 'two'].map((name) => [name, { concurrency: 4 }]))
      const { store, scheduler, begun, clock } = makeWorld({}, { policy: { targets } })
      const shares = sharesAt(atWork)
      let nth = 0
      for (let look = 0; look < 20; look += 1) {
        for (let more = 0; more < 40; more += 1) store.put(answer(nth++), makeSay(`s${nth}`, `U${nth % 500}`))
        store.put(makeGrant(`DB${look}`))
        if (look === 10) store.put(alarm, makeGrant('TWO', 'two'))
        clock.at += 250
        const before = begun.length
        await scheduler.tick(clock.at, shares.at(clock.at))
        await new Promise((resolve) => setImmediate(resolve))
        if (look === 10) expect(begun.slice(before)).toEqual(expect.arrayContaining(['alarm', 'grant G-TWO']))
      }
    },
  )

  it('of messages: each conversation has its turn, while new ones come all the time', async () => {
    const { store, scheduler, begun, clock } = makeWorld()
    const shares = sharesAt(1)
    for (let nth = 0; nth < 50; nth += 1) store.put(makeSay(`first-${nth}`, `U${nth}`))
    for (let look = 0; look < 50; look += 1) {
      store.put(makeSay(`a-${look}`, `U${look % 50}`), makeSay(`b-${look}`, `U${(look + 25) % 50}`))
      clock.at += 250
      await scheduler.tick(clock.at, shares.at(clock.at))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(begun.filter((name) => name.startsWith('say first'))).toHaveLength(50)
  })
})

describe('a loop that is always under strain', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('takes away at once, and delivers all the rest little by little', async () => {
    const { store, scheduler, clock, begun } = makeWorld({}, { shares: sharesAt(1) })
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed++) {
        clock.at++
        await vi.advanceTimersByTimeAsync(1)
      }
    }
    store.put(...letters(50).map((name) => makeSay(name, name)))
    scheduler.start()
    await pass(20)
    expect(begun).toHaveLength(2)
    store.put(makeRevoke('A'))
    scheduler.wake()
    await pass(10)
    expect(begun.slice(2)).toEqual(['revoke G-A'])
    await pass(6_300)
    expect(begun).toHaveLength(51)
    const stopped = scheduler.stop()
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
  })
})
