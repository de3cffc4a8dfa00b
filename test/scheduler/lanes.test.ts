import { expect, it } from 'vitest'
import { allot, rotated, targetOf } from '../../src/scheduler/lanes.ts'

const many = (count: number, of: string) => Array.from({ length: count }, (_, index) => `${of}:${index}`)
const total = (all: readonly { room: number }[]) => all.reduce((sum, { room }) => sum + room, 0)

it('knows the target of a lane, and that conversations have none', () => {
  expect(targetOf('target:orders-db')).toBe('orders-db')
  expect(targetOf('conversation:target')).toBeUndefined()
})

it('gives every lane what it bears while there is enough for all', () => {
  expect(allot(['target:a', 'feed'], (lane) => (lane === 'feed' ? 1 : 4), [])).toEqual([
    { lane: 'target:a', room: 4 },
    { lane: 'feed', room: 1 },
  ])
})

it('passes over lanes that bear no more', () => {
  expect(allot(['target:a'], () => 0, [])).toEqual([])
})

it('lets no more than 32 conversations talk at once', () => {
  expect(total(allot(many(1_000, 'conversation'), () => 1, []))).toBe(32)
  expect(total(allot(many(1_000, 'conversation'), () => 1, many(30, 'conversation')))).toBe(2)
})

it('keeps room for answers and the feed while all conversations are busy', () => {
  const given = allot(['answer', 'feed', 'conversation:x'], () => 1, many(32, 'conversation'))
  expect(given.map(({ lane }) => lane)).toEqual(['answer', 'feed'])
})

it('lets 64 dead targets delay no living one', () => {
  const dead = many(64, 'target')
  expect(allot(['target:alive'], () => 4, dead)).toEqual([{ lane: 'target:alive', room: 1 }])
})

it('gives each of a hundred targets its turn, and only a few more than one', () => {
  const given = allot(many(100, 'target'), () => 4, [])
  expect(given).toHaveLength(100)
  expect(total(given)).toBeLessThanOrEqual(64 + 100)
})

it('begins elsewhere each time, so that no lane is always last', () => {
  expect(rotated(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c'])
  expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a'])
  expect(rotated([], 7)).toEqual([])
})
