import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import type { Delivery, Store } from '../../src/core/store.ts'
import { StaleState } from '../../src/core/store.ts'
import type { Connection } from '../../src/store/connection.ts'
import { Outbox } from '../../src/store/outbox.ts'
import { openStore, reopen, shell } from './database.ts'
import { makeCopy, makeRequest, T0 } from './make.ts'

const revoke = (grant: string, dueAt = T0, holding = `h-${grant}`): Effect => ({
  kind: 'revoke',
  grant: `G-${grant}`,
  target: 'orders-db',
  holding,
  dueAt,
})
const grant = (id: string, dueAt = T0, holding = `h-${id}`): Effect =>
  ({ ...revoke(id, dueAt, holding), kind: 'grant' }) as Effect
const draw = (copy: string, dueAt = T0): Effect => ({ kind: 'draw', copy, destination: 'C0REQUESTS', dueAt })

const TARGET = 'target:orders-db'
const CHANNEL = 'conversation:C0REQUESTS'

const settle = (store: Store, { id, epoch }: Delivery, againAt: number | null) =>
  store.commit({ settles: { delivery: id, epoch, againAt } })
const claimOne = async (store: Store, lane = CHANNEL, now = T0) => (await store.claim(lane, 1, now))[0]!

describe('an effect', () => {
  it.each<Effect>([
    grant('AAAAAA'),
    revoke('AAAAAA'),
    draw('copy-1'),
    { kind: 'tell', person: 'U0ANN', request: 'R-AAAAAA', news: 'granted', dueAt: T0 },
    { kind: 'say', person: 'U0ANN', sentence: 'It failed.', key: 'k', dueAt: T0 },
    { kind: 'feed', dueAt: T0 },
    { kind: 'answer', inbox: 'envelope-1', dueAt: T0 },
  ])('of kind $kind comes back from the claim as it was put in', async (effect) => {
    const { store } = await openStore()
    await store.commit({ effects: [effect] })
    const [lane = ''] = await store.dueLanes(T0)
    expect(await store.claim(lane, 1, T0)).toEqual([{ id: 1, effect, lane, attempts: 0, epoch: 1 }])
  })

  it('waits for its instant', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1', T0 + 1)] })
    expect(await store.dueLanes(T0)).toEqual([])
    expect(await store.claim(CHANNEL, 9, T0)).toEqual([])
    expect(await store.dueLanes(T0 + 1)).toEqual([CHANNEL])
  })

  it('is claimed once', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')] })
    expect(await store.claim(CHANNEL, 9, T0)).toHaveLength(1)
    expect(await store.claim(CHANNEL, 9, T0)).toHaveLength(0)
    expect(await store.dueLanes(T0)).toEqual([])
  })

  it('is gone once it is done, and a new one of its key is another', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')] })
    const delivery = await claimOne(store)
    await settle(store, delivery, null)
    expect(await store.nextDueAt()).toBeUndefined()
    await store.commit({ effects: [draw('copy-1')] })
    expect((await claimOne(store)).id).not.toBe(delivery.id)
    await expect(settle(store, delivery, null)).rejects.toThrow(StaleState)
  })

  it('that is tried again waits, and counts its attempts', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')] })
    await settle(store, await claimOne(store), T0 + 5)
    expect(await store.claim(CHANNEL, 9, T0 + 4)).toEqual([])
    expect(await claimOne(store, CHANNEL, T0 + 5)).toMatchObject({ attempts: 1, epoch: 2 })
  })

  it('that asks for itself again, later, in the Change that settles it, waits for its time', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [revoke('AAAAAA')] })
    const { id, epoch } = await claimOne(store, TARGET)
    const settles = { delivery: id, epoch, againAt: null }
    await store.commit({ settles, effects: [revoke('AAAAAA', T0 + 60_000)] })
    expect(await store.nextDueAt()).toBe(T0 + 60_000)
  })

  it('that cannot be read is left aside and told, and delays no other', async () => {
    const onCorrupt = vi.fn()
    const { store, path } = await openStore({ onCorrupt })
    await store.commit({ effects: [draw('copy-1'), draw('copy-2')] })
    shell(path).exec(`UPDATE outbox SET effect = '{"kind":"dance"}' WHERE key = 'copy-1'`)
    expect((await claimOne(store)).effect).toMatchObject({ copy: 'copy-2' })
    expect(onCorrupt.mock.calls).toEqual([[expect.objectContaining({ name: 'CorruptRow' })]])
    expect(String(onCorrupt.mock.calls[0])).toContain('outbox: row 1 cannot be read')
  })
})

describe('a second effect of one kind and key', () => {
  it('is the first one while that waits, at the earlier instant', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1', T0 + 5)] })
    await store.commit({ effects: [draw('copy-1', T0 + 9), draw('copy-1', T0 + 3)] })
    expect(await store.nextDueAt()).toBe(T0 + 3)
    await settle(store, await claimOne(store, CHANNEL, T0 + 3), null)
    expect(await store.nextDueAt()).toBeUndefined()
  })

  it('asks for one more delivery, at once, when it came while the first was delivered', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')] })
    await settle(store, await claimOne(store), T0)
    const delivery = await claimOne(store)
    await store.commit({ effects: [draw('copy-1', T0 + 9), draw('copy-1', T0 + 9)] })
    expect(await store.claim(CHANNEL, 9, T0 + 9)).toEqual([])
    await settle(store, delivery, null)
    const again = await claimOne(store)
    expect(again).toMatchObject({ id: delivery.id, attempts: 0, epoch: 3 })
    await settle(store, again, null)
    expect(await store.nextDueAt()).toBeUndefined()
  })
})

describe('a settlement', () => {
  it('of a process that is dead is not waited for: whoever opens the database next delivers the effect', async () => {
    const { store, path } = await openStore()
    await store.commit({ effects: [draw('copy-1'), draw('copy-2', T0 + 9)] })
    const before = await claimOne(store)
    const restarted = await reopen(path)
    const after = await claimOne(restarted)
    expect(after).toMatchObject({ id: before.id, attempts: 0 })
    await settle(restarted, after, null)
    expect(await restarted.nextDueAt()).toBe(T0 + 9)
  })

  it('under another epoch than the claim has is stale, and the claim stands', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')] })
    const delivery = await claimOne(store)
    for (const epoch of [delivery.epoch - 1, delivery.epoch + 1]) {
      await expect(settle(store, { ...delivery, epoch }, null)).rejects.toThrow(StaleState)
    }
    expect(await store.claim(CHANNEL, 9, T0)).toEqual([])
    await settle(store, delivery, null)
    expect(await store.nextDueAt()).toBeUndefined()
  })

  it('that was not stored leaves the claim as it was', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')], requests: [makeRequest()] })
    const delivery = await claimOne(store)
    const settles = { delivery: delivery.id, epoch: delivery.epoch, againAt: null }
    await expect(store.commit({ settles, requests: [makeRequest()] })).rejects.toThrow(StaleState)
    expect(await store.claim(CHANNEL, 9, T0)).toEqual([])
    await store.commit({ settles })
    expect(await store.dueLanes(T0)).toEqual([])
  })

  it('twice is stale the second time', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1')] })
    const delivery = await claimOne(store)
    await settle(store, delivery, T0)
    await expect(settle(store, delivery, T0)).rejects.toThrow(StaleState)
    await expect(settle(store, delivery, null)).rejects.toThrow(StaleState)
  })

  it('takes its whole Change with it when it is stale', async () => {
    const { store } = await openStore()
    const settles = { delivery: 7, epoch: 1, againAt: null }
    await expect(store.commit({ settles, requests: [makeRequest()] })).rejects.toThrow(StaleState)
    expect(await store.request('R-AAAAAA')).toBeUndefined()
  })
})

/** A database that cannot be read once, after the revokes of a lane were. */
function failingOnce(db: Connection): Connection {
  let failed = false
  const prepare = (sql: string) => {
    const statement = db.prepare(sql)
    const iterate = (given: { readonly rank: number }) => {
      if (failed || given.rank === 0) return statement.iterate(given)
      failed = true
      throw new Error('disk I/O error')
    }
    return sql.includes('@rank AND') ? { iterate } : statement
  }
  return new Proxy(db, { get: (of, name) => (name === 'prepare' ? prepare : Reflect.get(of, name)) })
}

describe('a claim', () => {
  it('takes revokes first, then the longest due', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [grant('000001', T0 - 9), revoke('000002', T0), revoke('000003', T0 - 1)] })
    const order = (await store.claim(TARGET, 9, T0)).map(
      ({ effect }) => `${effect.kind} ${(effect as { grant: string }).grant}`,
    )
    expect(order).toEqual(['revoke G-000003', 'revoke G-000002', 'grant G-000001'])
  })

  it('that breaks off in the middle holds nothing', async () => {
    const { store, path } = await openStore()
    await store.commit({ effects: [grant('000001'), revoke('000002')] })
    const outbox = new Outbox(failingOnce(shell(path)), () => {})
    expect(() => outbox.claim(TARGET, 9, T0)).toThrow('disk I/O error')
    expect(outbox.claim(TARGET, 9, T0).map(({ effect }) => effect.kind)).toEqual(['revoke', 'grant'])
  })

  it('is not held up by what cannot be read', async () => {
    const { store, path } = await openStore({ onCorrupt: () => {} })
    await store.commit({ effects: [grant('000001', T0, 'h')] })
    shell(path).exec(`UPDATE outbox SET effect = '{}'`)
    expect(await store.claim(TARGET, 9, T0)).toEqual([])
    await store.commit({ effects: [revoke('000002', T0, 'h')] })
    expect(await store.claim(TARGET, 9, T0)).toHaveLength(1)
  })

  it('takes no more than there is room for', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [revoke('000001'), grant('000002'), grant('000003')] })
    expect(await store.claim(TARGET, 2, T0)).toHaveLength(2)
    expect(await store.claim(TARGET, 0, T0)).toHaveLength(0)
    expect(await store.claim(TARGET, 2, T0)).toHaveLength(1)
  })

  it('never takes two that exclude each other, in one go or in two', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [grant('000001', T0, 'h'), revoke('000002', T0, 'h'), grant('000003')] })
    const first = await store.claim(TARGET, 9, T0)
    expect(first.map(({ effect }) => effect.kind)).toEqual(['revoke', 'grant'])
    expect(await store.claim(TARGET, 9, T0)).toEqual([])
    await settle(store, first[0]!, null)
    expect(await store.claim(TARGET, 9, T0)).toMatchObject([{ effect: { grant: 'G-000001' } }])
  })

  it('leaves other lanes alone', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [draw('copy-1'), revoke('000001'), { kind: 'feed', dueAt: T0 }] })
    expect((await store.dueLanes(T0)).toSorted()).toEqual([CHANNEL, 'feed', TARGET])
    await store.claim(TARGET, 9, T0)
    expect((await store.dueLanes(T0)).toSorted()).toEqual([CHANNEL, 'feed'])
  })
})

describe('a lane that is hastened', () => {
  it('has all that it delayed due at once, what is being delivered excepted', async () => {
    const { store } = await openStore()
    await store.commit({ effects: [revoke('000001', T0 + 60_000), revoke('000002'), draw('copy-1', T0 + 60_000)] })
    await store.claim(TARGET, 1, T0)
    await store.hasten(TARGET, T0 + 1)
    expect(await store.dueLanes(T0 + 1)).toEqual([TARGET])
    expect(await store.claim(TARGET, 9, T0 + 1)).toMatchObject([{ effect: { grant: 'G-000001' } }])
  })
})

describe('a redraw', () => {
  it('is one effect for every stored copy of the request, those of its own Change too', async () => {
    const { store } = await openStore()
    await store.commit({ requests: [makeRequest(), makeRequest({ id: 'R-BBBBBB', terms: { entitlement: 'other' } })] })
    await store.commit({ copies: [makeCopy({ id: 'a' }), makeCopy({ id: 'x', request: 'R-BBBBBB' })] })
    await store.commit({ copies: [makeCopy({ id: 'b' })], redraws: [{ request: 'R-AAAAAA', at: T0 }] })
    const drawn = (await store.claim(CHANNEL, 9, T0)).map(({ effect }) => effect)
    expect(drawn).toEqual([draw('a'), draw('b')])
  })
})

describe('whatever happens in whatever order', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      kind: fc.constantFrom('grant', 'revoke'),
      n: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ do: fc.constant('claim' as const), limit: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant('settle' as const), pick: fc.nat(9), again: fc.boolean() }),
    fc.record({ do: fc.constant('crash' as const) }),
  )

  it('no two deliveries exclude each other, what is settled settles nothing more, and what was asked for after a claim, or before a crash, is delivered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { store: first, path } = await openStore()
        let store = first
        const keyOf = ({ effect }: Delivery) => `${effect.kind} ${(effect as { grant: string }).grant}`
        const owed = new Set<string>()
        let running: Delivery[] = []
        let settled: Delivery[] = []
        for (const one of steps) {
          if (one.do === 'add') {
            const effect = { ...revoke(`00000${one.n}`, T0, `h-${one.n % 2}`), kind: one.kind } as Effect
            await store.commit({ effects: [effect] })
            owed.add(`${one.kind} G-00000${one.n}`)
          } else if (one.do === 'claim') {
            const claimed = await store.claim(TARGET, one.limit, T0)
            running.push(...claimed)
            for (const delivery of claimed) owed.delete(keyOf(delivery))
            const holdings = running.map(({ effect }) => (effect as { holding: string }).holding)
            expect(new Set(holdings).size).toBe(holdings.length)
          } else if (one.do === 'crash') {
            await store.close()
            store = await reopen(path)
            for (const delivery of running) owed.add(keyOf(delivery))
            settled = []
            running = []
          } else if (running.length > 0 && !(one.pick % 3 === 0 && settled.length > 0)) {
            const [delivery] = running.splice(one.pick % running.length, 1)
            await settle(store, delivery!, one.again ? T0 : null)
            if (one.again) owed.add(keyOf(delivery!))
            settled.push(delivery!)
          } else if (settled.length > 0) {
            const delivery = settled[one.pick % settled.length]!
            await expect(settle(store, delivery, one.again ? T0 : null)).rejects.toThrow(StaleState)
          }
        }
        for (const delivery of running) await settle(store, delivery, null)
        for (
          let claimed = await store.claim(TARGET, 9, T0);
          claimed.length > 0;
          claimed = await store.claim(TARGET, 9, T0)
        ) {
          for (const delivery of claimed) {
            expect(owed.delete(keyOf(delivery))).toBe(true)
            await settle(store, delivery, null)
          }
        }
        expect([...owed]).toEqual([])
        await store.close()
      }),
      { numRuns: 60 },
    )
  })
})
