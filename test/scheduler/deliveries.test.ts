import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../src/core/backoff.ts'
import { DONE, held, letters, makeGrant, makeRevoke, makeSay, makeWorld, NOW, nameOf } from './world.ts'

const UNREACHABLE = { kind: 'settled', reachable: false } as const
const REACHED = { kind: 'settled', reachable: true } as const

describe('order', () => {
  it('takes access away before it gives any', async () => {
    const { store, scheduler, begun } = makeWorld()
    store.put(makeGrant('A'), makeGrant('B'), makeRevoke('C'), makeGrant('D'), makeRevoke('E'))
    await scheduler.idle()
    expect(begun).toEqual(['revoke G-C', 'revoke G-E', 'grant G-A', 'grant G-B', 'grant G-D'])
  })

  it('never overlaps two deliveries on one holding', async () => {
    const call = held()
    const { store, scheduler, begun } = makeWorld({ grant: call.deliver })
    store.put(makeGrant('A'))
    await scheduler.tick(NOW)
    store.put(makeRevoke('A'))
    await scheduler.tick(NOW)
    expect(begun).toEqual(['grant G-A'])
    call.release(DONE)
    await scheduler.idle()
    expect(begun).toEqual(['grant G-A', 'revoke G-A'])
  })

  it('never delivers early', async () => {
    const { store, scheduler, begun } = makeWorld()
    store.put(makeRevoke('A', 'db', NOW + 1))
    await scheduler.tick(NOW)
    expect(begun).toEqual([])
    await scheduler.tick(NOW + 1)
    expect(begun).toEqual(['revoke G-A'])
  })
})

describe('lanes', () => {
  it('keep to what their target bears at once', async () => {
    const call = held()
    const { store, scheduler } = makeWorld({ revoke: call.deliver })
    store.put(...letters(10).map((name) => makeRevoke(name)))
    await scheduler.tick(NOW)
    await scheduler.tick(NOW)
    expect(call.waiting).toHaveLength(4)
    call.release(DONE)
    await scheduler.idle()
    expect(call.waiting).toHaveLength(10)
  })

  it('of a target take the next as soon as one ends, and never more than it bears', async () => {
    let atOnce = 0
    let most = 0
    const revoke = async () => {
      most = Math.max(most, ++atOnce)
      await Promise.resolve()
      atOnce--
      return DONE
    }
    const { store, scheduler, begun } = makeWorld({ revoke })
    store.put(...letters(100).map((name) => makeRevoke(name)))
    await scheduler.tick(NOW)
    await expect.poll(() => store.rows.size).toBe(0)
    expect([begun.length, most]).toEqual([100, 4])
  })

  it('say one thing at a time to one person', async () => {
    const call = held()
    const { store, scheduler } = makeWorld({ say: call.deliver })
    store.put(makeSay('one'), makeSay('two'), makeSay('three', 'U0LEE'))
    await scheduler.tick(NOW)
    await scheduler.tick(NOW)
    expect(call.waiting.map(({ effect }) => nameOf(effect))).toEqual(['say one', 'say three'])
  })

  it('of twenty dead targets delay no living one', async () => {
    const call = held()
    const dead = letters(20).map((name) => `dead-${name}`)
    const targets = new Map([...dead, 'alive'].map((name) => [name, { concurrency: 4 }]))
    const { store, scheduler, begun } = makeWorld(
      {
        revoke: (delivery, signal) =>
          (delivery.lane === 'target:alive' ? DONE : call.deliver(delivery, signal)) as never,
      },
      { policy: { targets } },
    )
    store.put(...dead.flatMap((target) => letters(5).map((name) => makeRevoke(`${target}-${name}`, target))))
    await scheduler.tick(NOW)
    store.put(makeRevoke('ALIVE', 'alive'))
    await scheduler.tick(NOW)
    expect(begun.at(-1)).toBe('revoke G-ALIVE')
  })

  it('that cannot be claimed stop no other', async () => {
    const { store, scheduler, begun, errors } = makeWorld()
    const { claim } = store.port
    store.port.claim = async (lane, limit, now) => {
      if (lane === 'target:broken') throw new Error('corrupt row')
      return claim(lane, limit, now)
    }
    store.put(makeRevoke('A', 'broken'), makeRevoke('B'))
    await scheduler.tick(NOW)
    expect(begun).toEqual(['revoke G-B'])
    expect(errors).toHaveLength(1)
  })
})

describe('what fails', () => {
  it('is tried again after 1, 2, 4, 8, 16, 32 and then always 60 seconds, for ever', async () => {
    const { store, scheduler, clock, begun, errors } = makeWorld({ revoke: () => Promise.reject(new Error('no')) })
    store.put(makeRevoke('A'))
    const waits: number[] = []
    for (let attempt = 1; attempt <= 9; attempt++) {
      await scheduler.idle()
      const next = (await store.port.nextDueAt()) ?? 0
      waits.push((next - clock.at) / 1_000)
      clock.at = next
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(begun).toHaveLength(9)
    expect(errors).toHaveLength(9)
  })

  it('waits as long as the handler asks for', async () => {
    const { store, scheduler } = makeWorld({ revoke: async () => ({ kind: 'again', afterMs: 250 }) })
    store.put(makeRevoke('A'))
    await scheduler.idle()
    expect(await store.port.nextDueAt()).toBe(NOW + 250)
    expect(backoffMs(1, 0.5)).toBe(1_000)
  })

  it('delays none of the other 999', async () => {
    const revoke = async ({ effect }: { effect: { grant?: string } }) => {
      if (effect.grant === 'G-000000') throw new Error('poison')
      return DONE
    }
    const { store, scheduler, begun, errors } = makeWorld({ revoke: revoke as never })
    store.put(...letters(1_000).map((name) => makeRevoke(name)))
    await scheduler.idle()
    expect(new Set(begun).size).toBe(1_000)
    expect([...store.rows.keys()]).toEqual(['revoke G-000000'])
    expect(errors).toHaveLength(1)
  })

  it('also when the handler throws before it returns a promise', async () => {
    const thrown = () => {
      throw new Error('no')
    }
    const { store, scheduler, errors } = makeWorld({ say: thrown })
    store.put(makeSay('one'))
    await scheduler.idle()
    expect(errors).toHaveLength(1)
  })
})

describe('settling', () => {
  it('a void claim changes nothing and is no fault', async () => {
    const call = held()
    const { store, scheduler, errors } = makeWorld({ revoke: call.deliver })
    store.put(makeRevoke('A'))
    await scheduler.tick(NOW)
    store.voidAll()
    call.release({ kind: 'again' })
    await scheduler.idle()
    expect(errors).toEqual([])
    expect(call.waiting.map(({ epoch }) => epoch)).toEqual([1, 3])
  })

  it('is done again until it is stored, without delivering twice', async () => {
    const { store, scheduler, begun, errors } = makeWorld()
    store.put(makeSay('one'))
    store.faults.push(new Error('disk full'), new Error('disk full'))
    await scheduler.idle()
    await scheduler.tick(NOW)
    await scheduler.tick(NOW)
    expect(begun).toEqual(['say one'])
    expect(errors).toHaveLength(2)
    expect(store.rows.size).toBe(0)
  })

  it('of what is to be tried again holds nothing up when it cannot be stored: it is tried when its time has come', async () => {
    const { store, scheduler, clock, begun } = makeWorld({ revoke: async () => ({ kind: 'again', afterMs: 1_000 }) })
    const { commit } = store.port
    store.put(makeRevoke('A'))
    store.port.commit = () => Promise.reject(new Error('disk full'))
    for (let second = 0; second < 5; second += 1) {
      await scheduler.tick(clock.at)
      await new Promise((resolve) => setImmediate(resolve))
      await scheduler.tick(clock.at)
      clock.at += 1_000
    }
    expect(begun).toHaveLength(5)
    store.port.commit = commit
    await scheduler.idle()
    expect(await store.port.nextDueAt()).toBeGreaterThan(clock.at - 1)
  })

  it('is left to a handler that settled by itself', async () => {
    const { store, scheduler } = makeWorld({ revoke: async () => REACHED })
    store.put(makeRevoke('A'))
    await scheduler.idle()
    expect(store.rows.get('revoke G-A')?.claimed).toBe(true)
  })
})

describe('a target that cannot be reached', () => {
  /** A target that answers only when it is up; the handler settles by itself, as the real one does. */
  function makeTarget() {
    const target = { up: false, calls: 0 }
    const world = makeWorld({
      revoke: async ({ id, epoch, attempts }) => {
        target.calls++
        const againAt = target.up ? null : world.clock.at + backoffMs(attempts + 1, 0.5)
        await world.store.port.commit({ settles: { delivery: id, epoch, againAt } })
        return target.up ? REACHED : UNREACHABLE
      },
    })
    return { ...world, target }
  }

  it('is probed by one delivery at a time after five failures', async () => {
    const call = held()
    const { store, scheduler } = makeWorld({
      revoke: (delivery, signal) => (delivery.id <= 5 ? Promise.resolve(UNREACHABLE) : call.deliver(delivery, signal)),
    })
    store.put(...letters(5).map((name) => makeRevoke(name)))
    await scheduler.idle()
    store.put(...letters(9).map((name) => makeRevoke(`P${name}`)))
    await scheduler.tick(NOW)
    await scheduler.tick(NOW + 1_999)
    expect(call.waiting).toHaveLength(1)
    await scheduler.tick(NOW + 2_000)
    expect(call.waiting).toHaveLength(2)
  })

  it('loses nothing, and gets all of it at once when it is back', async () => {
    const { store, scheduler, clock, target } = makeTarget()
    store.put(...letters(100).map((name) => makeRevoke(name)))
    await scheduler.idle()
    expect([store.rows.size, target.calls]).toEqual([100, 100])
    target.up = true
    store.put(makeRevoke('LAST', 'db', NOW + 100))
    clock.at = NOW + 100
    await scheduler.idle()
    expect(store.hastened).toEqual(['target:db'])
    expect(store.rows.size).toBe(0)
  })

  it('is tried with a first revoke as soon as the probe before it ended', async () => {
    const { store, scheduler, begun, clock } = makeTarget()
    store.put(...letters(10).map((name) => makeRevoke(name)))
    await scheduler.idle()
    clock.at = NOW + 10
    store.put(makeRevoke('NEW', 'db', NOW + 10))
    await scheduler.tick(NOW + 10)
    expect(begun.at(-1)).toBe('revoke G-NEW')
  })
})

describe('aborting', () => {
  it('reaches the grant call of that grant, and no other delivery', async () => {
    const call = held()
    const { store, scheduler, errors } = makeWorld({ grant: call.deliver, revoke: call.deliver })
    store.put(makeGrant('A'), makeGrant('B'), makeRevoke('C'))
    await scheduler.tick(NOW)
    scheduler.abortGrant('G-A')
    scheduler.abortGrant('G-C')
    await expect.poll(() => errors.length).toBe(1)
    expect(store.rows.get('grant G-A')?.claimed).toBe(false)
    expect(store.rows.get('grant G-B')?.claimed).toBe(true)
    expect(store.rows.get('revoke G-C')?.claimed).toBe(true)
  })

  it('follows within a second when another process ends the grant', async () => {
    const call = held()
    const { store, scheduler, begun } = makeWorld({ grant: call.deliver })
    store.put(makeGrant('A'), makeGrant('B'))
    await scheduler.tick(NOW)
    store.states.set('G-A', 'revoking')
    store.states.set('G-B', 'active')
    store.put(makeRevoke('A'))
    await scheduler.tick(NOW + 1_000)
    await expect.poll(() => store.rows.get('grant G-A')?.claimed).toBe(false)
    await scheduler.tick(NOW + 1_000)
    expect(begun.at(-1)).toBe('revoke G-A')
    expect(store.rows.get('grant G-B')?.claimed).toBe(true)
  })
})
