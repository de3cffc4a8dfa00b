import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GrantId } from '../../src/core/ids.ts'
import { DONE, held, letters, makeRevoke, makeSay, makeWorld, NOW } from './world.ts'

const HOUR = 3_600_000

describe('what is due', () => {
  it('catches up 1,000 overdue grants in one tick, the longest overdue first', async () => {
    const { store, scheduler, expired } = makeWorld()
    const ids = letters(1_000).map((name): GrantId => `G-${name}`)
    for (const [index, id] of ids.entries()) store.grantsDue.set(id, NOW - 1_000 + index)
    await scheduler.tick(NOW)
    expect(expired).toEqual(ids)
  })

  it('is never done early', async () => {
    const { store, scheduler, expired } = makeWorld()
    store.grantsDue.set('G-A', NOW)
    store.requestsDue.set('R-B', NOW)
    store.stuckSince.set('G-C', NOW - 50_000)
    await scheduler.tick(NOW - 1)
    expect([expired, store.requestsDue.size, store.stuckSince.size]).toEqual([[], 1, 1])
    await scheduler.tick(NOW)
    expect([expired, store.requestsDue.size, store.stuckSince.size]).toEqual([['G-A'], 0, 0])
  })

  it('is done for 999 grants when the thousandth always throws, and that one is tried every second', async () => {
    const tried: GrantId[] = []
    const { store, scheduler, errors } = makeWorld(
      {},
      {
        expire: async (id) => {
          tried.push(id)
          if (id === 'G-000000') throw new Error('poison')
          store.grantsDue.delete(id)
        },
      },
    )
    for (const name of letters(1_000)) store.grantsDue.set(`G-${name}`, NOW)
    await scheduler.tick(NOW)
    expect([...store.grantsDue.keys()]).toEqual(['G-000000'])
    await scheduler.tick(NOW + 999)
    expect([tried.length, errors.length]).toEqual([1_000, 1])
    await scheduler.tick(NOW + 1_000)
    expect([tried.length, errors.length]).toEqual([1_001, 2])
  })

  it('is reached even behind a whole page that always throws', async () => {
    const { store, scheduler, expired } = makeWorld(
      {},
      {
        expire: async (id) => {
          if (id < 'G-GOOD') throw new Error('poison')
          expired.push(id)
          store.grantsDue.delete(id)
        },
      },
    )
    for (const name of letters(600)) store.grantsDue.set(`G-${name}`, NOW - 1)
    store.grantsDue.set('G-GOOD', NOW)
    await scheduler.tick(NOW)
    expect(expired).toEqual(['G-GOOD'])
  })

  it('is delivered although what is overdue cannot be read', async () => {
    const { store, scheduler, begun, errors } = makeWorld()
    store.port.dueGrants = () => Promise.reject(new Error('I/O error'))
    store.put(makeRevoke('A'))
    await scheduler.tick(NOW)
    expect(begun).toEqual(['revoke G-A'])
    expect(errors).toHaveLength(1)
  })

  it('expires although the outbox cannot be read', async () => {
    const { store, scheduler, expired, errors } = makeWorld()
    store.port.dueLanes = () => Promise.reject(new Error('I/O error'))
    store.grantsDue.set('G-A', NOW)
    await scheduler.tick(NOW)
    expect([expired, errors.length, scheduler.lastTickAt]).toEqual([['G-A'], 1, NOW])
  })
})

describe('the loop', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Lets time pass for the timers and for the clock. */
  async function pass(clock: { at: number }, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed++) {
      clock.at++
      await vi.advanceTimersByTimeAsync(1)
    }
  }

  it('wakes when something was committed', async () => {
    const { store, scheduler, clock, begun } = makeWorld()
    scheduler.start()
    await pass(clock, 100)
    store.put(makeRevoke('A'))
    scheduler.wake()
    await pass(clock, 5)
    expect(begun).toEqual(['revoke G-A'])
    await stop(scheduler)
  })

  it('wakes at the next due instant: never before it, and a few milliseconds after at most', async () => {
    const { store, scheduler, clock, expired } = makeWorld()
    store.grantsDue.set('G-A', NOW + 300)
    scheduler.start()
    await pass(clock, 299)
    expect(expired).toEqual([])
    await pass(clock, 5)
    expect(expired).toEqual(['G-A'])
    await stop(scheduler)
  })

  it('looks every second, even if nobody wakes it', async () => {
    const { store, scheduler, clock, begun } = makeWorld()
    scheduler.start()
    await pass(clock, 100)
    store.put(makeRevoke('A'))
    await pass(clock, 1_000)
    expect(begun).toEqual(['revoke G-A'])
    await stop(scheduler)
  })

  it('is on time while a dead target has all it can bear', async () => {
    const call = held()
    const { store, scheduler, clock, expired } = makeWorld({ revoke: call.deliver })
    store.put(...letters(9).map((name) => makeRevoke(name)))
    store.grantsDue.set('G-A', NOW + 530)
    scheduler.start()
    await pass(clock, 535)
    expect(expired).toEqual(['G-A'])
    call.release(DONE)
    await stop(scheduler)
  })

  it('is on time while messages wait for their turn, looks for one ten times a second, and begins nothing without', async () => {
    let looks = 0
    const turn = () => void looks++
    const { store, scheduler, clock, begun, expired } = makeWorld({}, { pace: { turn } })
    store.put(makeSay('one'))
    store.grantsDue.set('G-A', NOW + 530)
    scheduler.start()
    await pass(clock, 535)
    expect(expired).toEqual(['G-A'])
    await pass(clock, 10_000)
    expect(begun).toEqual([])
    expect(looks).toBeGreaterThan(90)
    expect(looks).toBeLessThan(110)
    await stop(scheduler)
  })

  it('outlives ticks that fail', async () => {
    const { store, scheduler, clock, begun } = makeWorld()
    const broken = () => Promise.reject(new Error('database down'))
    const port = { ...store.port }
    Object.assign(store.port, { dueLanes: broken, dueGrants: broken, nextDueAt: broken })
    scheduler.start()
    await pass(clock, 3_000)
    Object.assign(store.port, port)
    store.put(makeRevoke('A'))
    await pass(clock, 1_000)
    expect(begun).toEqual(['revoke G-A'])
    await stop(scheduler)
  })

  it('stops without beginning anything more, and lets what is in flight end', async () => {
    const call = held()
    const { store, scheduler, clock, begun, expired } = makeWorld({ revoke: call.deliver })
    store.put(...letters(9).map((name) => makeRevoke(name)))
    scheduler.start()
    await pass(clock, 10)
    const stopped = scheduler.stop()
    store.put(makeSay('one'))
    store.grantsDue.set('G-A', NOW)
    await pass(clock, 2_000)
    call.release(DONE)
    await stopped
    await scheduler.tick(clock.at)
    expect([begun.length, expired]).toEqual([4, []])
    expect(store.rows.size).toBe(5 + 1)
  })

  it('aborts what is still in flight when the time to stop is over', async () => {
    const call = held()
    const { store, scheduler, clock } = makeWorld({ revoke: call.deliver })
    store.put(makeRevoke('A'))
    scheduler.start()
    await pass(clock, 10)
    const stopped = scheduler.stop(5_000)
    await pass(clock, 4_900)
    expect(store.rows.get('revoke G-A')?.claimed).toBe(true)
    await pass(clock, 100)
    await stopped
    expect(store.rows.get('revoke G-A')?.claimed).toBe(false)
  })

  it('stops in bounded time although a delivery does not care that it was aborted', async () => {
    const { store, scheduler, clock } = makeWorld({ revoke: () => new Promise(() => {}) })
    store.put(makeRevoke('A'))
    await scheduler.tick(NOW)
    const stopped = scheduler.stop(5_000)
    await pass(clock, 6_001)
    await expect(stopped).resolves.toBeUndefined()
  })

  async function stop(scheduler: { stop(): Promise<void> }): Promise<void> {
    const stopped = scheduler.stop()
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
  }
})

describe('chores', () => {
  it('forget every hour what Slack sent more than 24 hours ago', async () => {
    const { store, scheduler } = makeWorld()
    for (const at of [0, HOUR - 1, HOUR, 2 * HOUR]) await scheduler.tick(NOW + at)
    expect(store.forgotten).toEqual([NOW - 24 * HOUR, NOW - 23 * HOUR, NOW - 22 * HOUR])
  })

  it('that hang or fail delay nothing and do not overlap', async () => {
    const runs: string[] = []
    const hang = () => new Promise(() => runs.push('hang'))
    const fail = () => {
      runs.push('fail')
      throw new Error('no')
    }
    const chores = [
      { name: 'hang', everyMs: 1_000, run: hang },
      { name: 'fail', everyMs: 1_000, run: fail },
    ]
    const { store, scheduler, begun, errors } = makeWorld({}, { chores })
    await scheduler.tick(NOW)
    store.put(makeRevoke('A'))
    await scheduler.tick(NOW + 1_000)
    expect(runs).toEqual(['hang', 'fail', 'fail'])
    expect([begun, errors.length]).toEqual([['revoke G-A'], 2])
  })
})
