import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EVERYTHING, Shares } from '../../src/scheduler/shares.ts'
import { DONE, held, letters, makeGrant, makeRevoke, makeSay, makeWorld, NOW } from './world.ts'

/** Shares of a process that is at work for so much of its time. */
function sharesAt(atWork: number): Shares {
  return new Shares(() => atWork)
}

describe('while there is time', () => {
  it('everything begins, and Slack’s lanes are looked through every 50 ms', () => {
    const shares = sharesAt(0.9)
    expect(shares.at(NOW)).toBe(EVERYTHING)
    expect(shares.at(NOW + 49)).toEqual({ others: Number.POSITIVE_INFINITY, slack: false })
    expect(shares.msToMore(NOW + 49)).toBe(1)
    expect(shares.at(NOW + 50)).toBe(EVERYTHING)
  })

  it('targets are not behind Slack', async () => {
    const { store, scheduler, begun } = makeWorld()
    store.put(makeSay('one'), makeGrant('A'), makeRevoke('B'))
    const shares = sharesAt(0)
    shares.at(NOW)
    await scheduler.tick(NOW, shares.at(NOW + 1))
    expect(begun).toEqual(['revoke G-B', 'grant G-A'])
    await scheduler.tick(NOW, shares.at(NOW + 50))
    expect(begun).toEqual(['revoke G-B', 'grant G-A', 'say one'])
  })
})

describe('under strain', () => {
  it('a few others begin every 100 ms, and revokes only in between', () => {
    const shares = sharesAt(0.91)
    expect(shares.at(NOW)).toEqual({ others: 8, slack: true })
    expect(shares.at(NOW + 99)).toEqual({ others: 0, slack: false })
    expect(shares.msToMore(NOW + 99)).toBe(1)
    expect(shares.at(NOW + 100)).toEqual({ others: 8, slack: true })
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

  it('no more others begin than their share, whatever their lanes', async () => {
    const call = held()
    const targets = new Map(letters(9).map((name) => [name, { concurrency: 4 }]))
    const { store, scheduler } = makeWorld({ grant: call.deliver, say: call.deliver }, { policy: { targets } })
    store.put(
      ...letters(9).flatMap((name) => [makeGrant(`${name}1`, name), makeGrant(`${name}2`, name), makeSay(name, name)]),
    )
    await scheduler.tick(NOW, sharesAt(1).at(NOW))
    expect(call.waiting.length).toBeGreaterThan(0)
    expect(call.waiting.length).toBeLessThanOrEqual(8)
    call.release(DONE)
    await scheduler.idle()
    expect(call.waiting).toHaveLength(27)
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
    expect(begun).toHaveLength(8)
    store.put(makeRevoke('A'))
    scheduler.wake()
    await pass(10)
    expect(begun.slice(8)).toEqual(['revoke G-A'])
    await pass(1_000)
    expect(begun).toHaveLength(51)
    const stopped = scheduler.stop()
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
  })
})
