import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startClock } from '../../src/scheduler/clock.ts'

const NOW = Date.UTC(2026, 10, 22)
const SECOND = 1_000
const YEAR = 365 * 86_400 * SECOND
const STEPS = [SECOND, 59 * SECOND, 61 * SECOND, 3_600 * SECOND, 86_400 * SECOND, YEAR, 10 * YEAR]

/** A machine whose wall clock and monotonic clock are moved by hand. */
function machineAt(wall: number) {
  const at = { wall, monotonic: 0 }
  return {
    sources: { wall: () => at.wall, monotonic: () => at.monotonic },
    pass(ms: number) {
      at.wall += ms
      at.monotonic += ms
    },
    /** Somebody sets the clock, or the machine wakes up after a suspend. */
    step(ms: number) {
      at.wall += ms
    },
  }
}

const fresh = { newestRecorded: undefined, confirmed: false }

describe('while running', () => {
  it.each(STEPS)('follows a step forward of %d ms at once, so that access ends early', (ms) => {
    const machine = machineAt(NOW)
    const clock = startClock(fresh, machine.sources)
    machine.step(ms)
    expect(clock.now()).toBe(NOW + ms)
  })

  it.each(STEPS)('passes on as before after a step back of %d ms, so that no access is lengthened', (ms) => {
    const machine = machineAt(NOW)
    const clock = startClock(fresh, machine.sources)
    machine.step(-ms)
    machine.pass(15 * SECOND)
    expect(clock.now()).toBe(NOW + 15 * SECOND)
    expect(clock.jumped).toBe(false)
  })

  it('is never ahead of the wall clock for time that passes between two readings', () => {
    const machine = machineAt(NOW)
    let asideMs = 0
    /** The process is put aside for a moment after each reading. */
    const thenAside = (read: () => number) => () => {
      const reading = read()
      machine.pass(asideMs)
      return reading
    }
    const { wall, monotonic } = machine.sources
    const clock = startClock(fresh, { wall: thenAside(wall), monotonic: thenAside(monotonic) })
    for (asideMs of [0, 30, 0, 7, 0]) {
      clock.now()
      expect(clock.now()).toBeLessThanOrEqual(wall())
    }
  })

  it('counts the time that the machine was suspended', () => {
    const machine = machineAt(NOW)
    const clock = startClock(fresh, machine.sources)
    machine.step(3_600 * SECOND)
    expect(clock.now()).toBe(NOW + 3_600 * SECOND)
  })

  it('never goes back, and an end is never reached later than by the monotonic clock, whatever the wall clock does', () => {
    const moves = fc.array(
      fc.record({ passed: fc.nat(100_000), step: fc.integer({ min: -10 * YEAR, max: 10 * YEAR }) }),
    )
    fc.assert(
      fc.property(moves, (all) => {
        const machine = machineAt(NOW)
        const clock = startClock(fresh, machine.sources)
        let before = clock.now()
        for (const { passed, step } of all) {
          machine.pass(passed)
          machine.step(step)
          const now = clock.now()
          expect(now).toBeGreaterThanOrEqual(before + passed)
          expect(now).toBeGreaterThanOrEqual(machine.sources.wall())
          before = now
        }
      }),
    )
  })

  it('reads whole milliseconds, and loses none of the fractions', () => {
    const machine = machineAt(NOW)
    const clock = startClock(fresh, { ...machine.sources, wall: () => 0, monotonic: machine.sources.monotonic })
    for (let i = 0; i < 1_000; i++) {
      machine.pass(0.25)
      expect(Number.isInteger(clock.now())).toBe(true)
    }
    expect(clock.now()).toBe(250)
  })
})

describe('across a restart', () => {
  it.each(STEPS)('starts at the wall clock when that is %d ms after the newest record', (ms) => {
    const clock = startClock({ newestRecorded: NOW - ms, confirmed: false }, machineAt(NOW).sources)
    expect([clock.now(), clock.jumped, clock.caughtUp()]).toEqual([NOW, false, true])
  })

  it.each([1, SECOND, 60 * SECOND])('starts at the newest record when the wall clock is only %d ms behind it', (ms) => {
    const clock = startClock({ newestRecorded: NOW + ms, confirmed: false }, machineAt(NOW).sources)
    expect([clock.now(), clock.jumped, clock.caughtUp()]).toEqual([NOW + ms, false, true])
  })

  const FAR = STEPS.filter((ms) => ms > 60 * SECOND)

  it.each(FAR)('has jumped when the wall clock is %d ms behind the newest record, and what was due stays due', (ms) => {
    const clock = startClock({ newestRecorded: NOW + ms, confirmed: false }, machineAt(NOW).sources)
    expect([clock.now(), clock.jumped, clock.caughtUp()]).toEqual([NOW + ms, true, false])
    expect(clock.behindMs).toBe(ms)
  })

  it.each(FAR)('has caught up once the wall clock has passed the %d ms, and stays so', (ms) => {
    const machine = machineAt(NOW)
    const clock = startClock({ newestRecorded: NOW + ms, confirmed: false }, machine.sources)
    machine.step(ms - 1)
    expect(clock.caughtUp()).toBe(false)
    machine.step(1)
    expect(clock.caughtUp()).toBe(true)
    machine.step(-ms)
    expect(clock.caughtUp()).toBe(true)
  })

  it.each(FAR)(
    'believes a wall clock %d ms behind when an operator confirms it, and still says that it jumped',
    (ms) => {
      const clock = startClock({ newestRecorded: NOW + ms, confirmed: true }, machineAt(NOW).sources)
      expect([clock.now(), clock.jumped, clock.caughtUp()]).toEqual([NOW, true, true])
    },
  )

  it('keeps an earlier wall clock out when a small step back is confirmed', () => {
    const clock = startClock({ newestRecorded: NOW + SECOND, confirmed: true }, machineAt(NOW).sources)
    expect(clock.now()).toBe(NOW + SECOND)
  })

  it('never starts before the newest record unless an operator confirmed it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10 * YEAR, max: 10 * YEAR }), (behind) => {
        const clock = startClock({ newestRecorded: NOW + behind, confirmed: false }, machineAt(NOW).sources)
        expect(clock.now()).toBe(Math.max(NOW, NOW + behind))
        expect(clock.jumped).toBe(behind > 60 * SECOND)
      }),
    )
  })
})

it('reads the clocks of the machine by itself', () => {
  const before = Date.now()
  const now = startClock(fresh).now()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now - before).toBeLessThan(60 * SECOND)
})
