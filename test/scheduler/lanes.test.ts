import { describe, expect, it } from 'vitest'
import { allot, RoundRobin, targetOf } from '../../src/scheduler/lanes.ts'

const many = (count: number, of: string) => Array.from({ length: count }, (_, index) => `${of}:${index}`)
/** Nothing bounded but the pools. */
const all = (running: readonly string[]) => ({ running, ofAKind: Number.POSITIVE_INFINITY })
const total = (all: readonly { room: number }[]) => all.reduce((sum, { room }) => sum + room, 0)

it('knows the target of a lane, and that conversations have none', () => {
  expect(targetOf('target:orders-db')).toBe('orders-db')
  expect(targetOf('conversation:target')).toBeUndefined()
})

it('gives every lane what it bears while there is enough for all', () => {
  expect(allot(['target:a', 'feed'], (lane) => (lane === 'feed' ? 1 : 4), all([]))).toEqual([
    { lane: 'target:a', room: 4 },
    { lane: 'feed', room: 1 },
  ])
})

it('passes over lanes that bear no more', () => {
  expect(allot(['target:a'], () => 0, all([]))).toEqual([])
})

it('lets no more than 32 conversations talk at once', () => {
  expect(total(allot(many(1_000, 'conversation'), () => 1, all([])))).toBe(32)
  expect(total(allot(many(1_000, 'conversation'), () => 1, all(many(30, 'conversation'))))).toBe(2)
})

it('keeps room for answers and the feed while all conversations are busy', () => {
  const given = allot(['answer', 'feed', 'conversation:x'], () => 1, all(many(32, 'conversation')))
  expect(given.map(({ lane }) => lane)).toEqual(['answer', 'feed'])
})

it('lets 64 dead targets delay no living one', () => {
  const dead = many(64, 'target')
  expect(allot(['target:alive'], () => 4, all(dead))).toEqual([{ lane: 'target:alive', room: 1 }])
})

it('gives each of a hundred targets its turn, and only a few more than one', () => {
  const given = allot(many(100, 'target'), () => 4, all([]))
  expect(given).toHaveLength(100)
  expect(total(given)).toBeLessThanOrEqual(64 + 100)
})

it('bounds each kind of Slack’s lanes by itself, and no target', () => {
  const lanes = [...many(9, 'conversation'), ...many(9, 'notice'), 'answer', 'alarm', 'target:a']
  const given = allot(lanes, (_lane, most) => Math.min(most, 4), { running: [], ofAKind: 2 })
  const of = (kind: string) => total(given.filter(({ lane }) => lane.startsWith(kind)))
  expect(['conversation', 'notice', 'answer', 'alarm', 'target'].map(of)).toEqual([2, 2, 2, 1, 4])
})

describe('whose turn it is', () => {
  it('is each lane’s in its turn, whatever comes and goes', () => {
    const robin = new RoundRobin()
    const served: string[] = []
    for (const lanes of [
      ['x:c', 'x:a', 'x:b'],
      ['x:a', 'x:b', 'x:c'],
      ['x:c', 'x:b'],
      ['x:d', 'x:a'],
    ]) {
      const [first = ''] = robin.order(lanes)
      robin.served(first)
      served.push(first)
    }
    expect(served).toEqual(['x:a', 'x:b', 'x:c', 'x:d'])
  })

  it('is counted for each kind of lane by itself', () => {
    const robin = new RoundRobin()
    robin.served('notice:b')
    expect(robin.order(['notice:a', 'notice:c', 'answer:a'])).toEqual(['answer:a', 'notice:c', 'notice:a'])
  })
})
