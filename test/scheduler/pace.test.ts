import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import { DONE, held, makeRevoke, makeSay, makeWorld, NOW } from './world.ts'

const ended = (request: string, person = 'U0ANN'): Effect => {
  return { kind: 'tell', person, request: `R-${request}`, news: 'ended', dueAt: NOW }
}

/** A pace that gives turns while there are any, and says which are out. */
function makePace(turns: Record<string, number> = {}) {
  const left = new Map(Object.entries(turns))
  const out: string[] = []
  const turn = (lane: string) => {
    const more = left.get(lane) ?? 1_000
    if (more === 0) return undefined
    left.set(lane, more - 1)
    out.push(lane)
    return () => void out.splice(out.indexOf(lane), 1)
  }
  return { turn, left, out }
}

describe('a lane without a turn', () => {
  it('is not claimed, and holds up no other lane and no target', async () => {
    const pace = makePace({ 'conversation:U0ANN': 0 })
    const { store, scheduler, begun } = makeWorld({}, { pace })
    store.put(makeSay('ann'), makeSay('ben', 'U0BEN'), makeRevoke('A'))
    await scheduler.idle()
    expect(begun.sort()).toEqual(['revoke G-A', 'say ben'])
    pace.left.set('conversation:U0ANN', 1)
    await scheduler.idle()
    expect(begun).toContain('say ann')
  })

  it('takes no room from others, however many there are', async () => {
    const crowd = Array.from({ length: 100 }, (_, index) => `U${index}`)
    const pace = makePace(Object.fromEntries(crowd.map((person) => [`conversation:${person}`, 0])))
    const { store, scheduler, begun } = makeWorld({}, { pace })
    store.put(...crowd.map((person) => makeSay(person, person)), makeSay('ben', 'U0BEN'))
    await scheduler.idle()
    expect(begun).toEqual(['say ben'])
  })
})

describe('a turn', () => {
  it('ends with its delivery', async () => {
    const call = held()
    const pace = makePace()
    const { store, scheduler } = makeWorld({ say: call.deliver }, { pace })
    store.put(makeSay('ann'))
    await scheduler.tick(NOW)
    expect(pace.out).toEqual(['conversation:U0ANN'])
    call.release(DONE)
    await scheduler.idle()
    expect(pace.out).toEqual([])
  })

  it('ends also when there was nothing to claim', async () => {
    const pace = makePace()
    const { store, scheduler } = makeWorld({}, { pace })
    store.put(makeSay('ann'))
    store.port.claim = async () => []
    await scheduler.tick(NOW)
    expect(pace.out).toEqual([])
  })
})

describe('notices to one person', () => {
  it('are one delivery, whose outcome counts for all of them', async () => {
    const together: number[] = []
    const { store, scheduler, clock } = makeWorld({
      tell: async (_delivery, _signal, also = []) => {
        together.push(1 + also.length)
        return together.length === 1 ? { kind: 'again', afterMs: 1_000 } : DONE
      },
    })
    store.put(...Array.from({ length: 15 }, (_, index) => ended(`AAAA${index + 10}`)), ended('BBBBBB', 'U0BEN'))
    await scheduler.idle()
    expect(together).toEqual([15, 1])
    clock.at += 1_000
    await scheduler.idle()
    expect(together).toEqual([15, 1, 15])
    expect(store.rows.size).toBe(0)
  })

  it('are no more than a message holds', async () => {
    const together: number[] = []
    const { store, scheduler } = makeWorld({
      tell: async (_delivery, _signal, also = []) => {
        together.push(1 + also.length)
        return DONE
      },
    })
    store.put(...Array.from({ length: 50 }, (_, index) => ended(`AAAA${index + 10}`)))
    await scheduler.idle()
    expect(together).toEqual([20, 20, 10])
  })
})
