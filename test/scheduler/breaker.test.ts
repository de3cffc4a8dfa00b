import { describe, expect, it } from 'vitest'
import { type Breaker, CLOSED, heard, isOpen, roomUnder } from '../../src/scheduler/breaker.ts'

const having = (...reached: boolean[]): Breaker => reached.reduce(heard, CLOSED)
const OPEN = having(false, false, false, false, false)
const NOW = 1_000_000

describe('a breaker', () => {
  it('opens after five calls in a row that do not reach the target, not after four', () => {
    expect(isOpen(having(false, false, false, false))).toBe(false)
    expect(isOpen(OPEN)).toBe(true)
  })

  it('counts only calls in a row', () => {
    expect(isOpen(having(false, false, false, false, true, false, false, false, false))).toBe(false)
  })

  it('closes with the first call that reaches the target', () => {
    expect(isOpen(heard(OPEN, true))).toBe(false)
  })
})

describe('a lane', () => {
  it('bears as many deliveries as its target allows while the breaker is closed', () => {
    expect(roomUnder(CLOSED, { concurrency: 4, startedAt: [NOW] }, NOW)).toBe(3)
    expect(roomUnder(CLOSED, { concurrency: 4, startedAt: [NOW, NOW, NOW, NOW] }, NOW)).toBe(0)
  })

  it('bears one probe at a time while the breaker is open', () => {
    expect(roomUnder(OPEN, { concurrency: 4, startedAt: [] }, NOW)).toBe(1)
    expect(roomUnder(OPEN, { concurrency: 4, startedAt: [NOW - 1_999] }, NOW)).toBe(0)
  })

  it('bears another probe beside one that hangs for two seconds, up to what the target allows', () => {
    expect(roomUnder(OPEN, { concurrency: 2, startedAt: [NOW - 2_000] }, NOW)).toBe(1)
    expect(roomUnder(OPEN, { concurrency: 2, startedAt: [NOW - 4_000, NOW - 2_000] }, NOW)).toBe(0)
  })
})
