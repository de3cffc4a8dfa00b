import { describe, expect, it } from 'vitest'
import { type Effect, exclusiveOf } from '../../src/core/effect.ts'
import type { Deliver } from '../../src/operations/delivery.ts'
import { expire } from '../../src/operations/timely.ts'
import type { SchedulerDeps } from '../../src/scheduler/scheduler.ts'
import { openStore } from '../store/database.ts'
import {
  approved,
  makeHolding,
  nthId,
  makeGrant as storedGrant,
  makeRequest as storedRequest,
  T0,
} from '../store/make.ts'
import { DONE, held, letters, makeGrant, makeRevoke, makeSay, makeWorld, NOW } from './world.ts'

/** The same world on a real database. */
async function makeSqliteWorld(handlers: Parameters<typeof makeWorld>[0] = {}, deps: Partial<SchedulerDeps> = {}) {
  const { store, path } = await openStore()
  return { ...makeWorld(handlers, { store, ...deps }), store, path }
}

describe('on SQLite', () => {
  it('access is taken away before any is given, and a holding is touched by one delivery at a time', async () => {
    const touching = new Set<string | null>()
    const touch = async ({ effect }: { effect: Effect }) => {
      expect(touching).not.toContain(exclusiveOf(effect))
      touching.add(exclusiveOf(effect))
      await Promise.resolve()
      touching.delete(exclusiveOf(effect))
      return DONE
    }
    const { store, scheduler, begun } = await makeSqliteWorld({ grant: touch, revoke: touch })
    await store.commit({ effects: [makeGrant('A'), makeGrant('B'), makeRevoke('A'), makeRevoke('C'), makeGrant('D')] })
    await scheduler.idle()
    expect(begun).toEqual(['revoke G-A', 'revoke G-C', 'grant G-B', 'grant G-D', 'grant G-A'])
  })

  it('one poisoned revoke in 1,000 leaves 999 on time', async () => {
    const revoke = async ({ effect }: { effect: Effect }) => {
      if (exclusiveOf(effect) === '000000') throw new Error('poison')
      return DONE
    }
    const { store, scheduler, begun, errors } = await makeSqliteWorld({ revoke })
    await store.commit({ effects: letters(1_000).map((name) => makeRevoke(name)) })
    await scheduler.idle()
    expect([new Set(begun).size, errors.length]).toEqual([1_000, 1])
    expect(await store.dueLanes(NOW)).toEqual([])
    expect(await store.nextDueAt()).toBe(NOW + 1_000)
  })

  it('what is asked for while it is delivered is delivered once more', async () => {
    const call = held()
    const { store, scheduler, begun } = await makeSqliteWorld({ feed: call.deliver })
    await store.commit({ effects: [{ kind: 'feed', dueAt: NOW }] })
    await scheduler.tick(NOW)
    await store.commit({ effects: [{ kind: 'feed', dueAt: NOW }, makeSay('one')] })
    call.release(DONE)
    await scheduler.idle()
    expect(begun.sort()).toEqual(['feed', 'feed', 'say one'])
  })

  it('a target that is back gets at once all that waited for it', async () => {
    const target = { up: false }
    const revoke: Deliver = async ({ id, epoch }) => {
      await store.commit({ settles: { delivery: id, epoch, againAt: target.up ? null : NOW + 60_000 } })
      return { kind: 'settled', reachable: target.up }
    }
    const { store, scheduler } = await makeSqliteWorld({ revoke })
    await store.commit({ effects: letters(50).map((name) => makeRevoke(name)) })
    await scheduler.idle()
    expect(await store.nextDueAt()).toBe(NOW + 60_000)
    target.up = true
    await store.commit({ effects: [makeRevoke('LAST')] })
    await scheduler.idle()
    expect(await store.nextDueAt()).toBeUndefined()
  })

  it('1,000 overdue grants are ended by the real operation in one tick, and revoked', async () => {
    const { store, scheduler, begun, errors } = await makeSqliteWorld({}, { expire: (id) => expiring(id) })
    const expiring = (id: `G-${string}`) =>
      expire(
        { store, clock: { now: () => NOW }, reached: () => {}, abortGrant: (grant) => scheduler.abortGrant(grant) },
        id,
        async () => {},
      )
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => store.commit(overdue(n))))
    await scheduler.idle()
    expect(errors).toEqual([])
    expect(await store.dueGrants(NOW, 1)).toEqual([])
    expect(begun.filter((name) => name.startsWith('revoke'))).toHaveLength(1_000)
  })
})

/** A granted request of its own person that ended before now. */
function overdue(n: number) {
  const subject = `p${n}@example.com`
  const terms = { subject, account: `p${n}` }
  const request = storedRequest({ id: nthId(n), terms })
  const holding = makeHolding({ id: `holding-${n}`, account: `p${n}` })
  const grant = storedGrant(approved(request), { holding: holding.id, createdAt: T0 - 3_600_000 })
  return { requests: [approved(request)], holdings: [holding], grants: [grant] }
}
