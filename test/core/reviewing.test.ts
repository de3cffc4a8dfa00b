import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OwedReview } from '../../src/core/review.ts'
import { type Chase, chase } from '../../src/core/reviewing.ts'
import { MINUTE, NIGHT } from '../support/make.ts'

const HOUR = 60 * MINUTE
const ENDS = NIGHT + 15 * MINUTE
const isOver = (now: number) => ({ over: now >= ENDS, endsAt: ENDS })
const OWED: OwedReview = {
  state: 'owed',
  request: 'R-7KQ2M4',
  grant: 'G-7KQ2M4',
  version: 1,
  requester: 'U0ANN',
  subject: 'ann@example.com',
  entitlement: 'orders-read',
  rule: 'oncall-only',
  openedAt: NIGHT,
  dueAt: NIGHT + 24 * HOUR,
  reminded: 0,
  overdueAt: null,
  account: '',
  accountAt: null,
}

/** Looks at these instants; what was due at each. */
function looksAt(instants: readonly number[]): Chase[][] {
  let review = OWED
  return instants.map((now) => {
    const { due, next } = chase(review, isOver(now), now)
    review = next
    return [...due]
  })
}

describe('chasing a review', () => {
  it('asks at the end, reminds at half and three quarters, then says that it is overdue, and again each day', () => {
    const hours = [0.1, 0.3, 1, 12, 13, 18, 23, 24, 25, 48, 49, 72]
    expect(looksAt(hours.map((hour) => NIGHT + hour * HOUR))).toEqual([
      ...[[], ['ask-requester'], [], ['remind'], [], ['remind'], []],
      ...[['overdue'], [], ['still-overdue'], [], ['still-overdue']],
    ])
  })

  it('asks and reminds nobody while access goes on, looks all the same, and is overdue in its time all the same', () => {
    const at = (hours: number, reminded = 0) =>
      chase({ ...OWED, reminded }, { over: false, endsAt: ENDS }, NIGHT + Math.round(hours * HOUR))
    expect(at(0)).toMatchObject({ due: [], againAt: NIGHT + 1_000 })
    expect(at(0.2).againAt).toBe(NIGHT + 12 * MINUTE + 36_000)
    expect(at(0.249).againAt).toBe(ENDS + 1_000)
    expect(at(13)).toMatchObject({ due: [], againAt: NIGHT + 13 * HOUR + 10 * MINUTE })
    expect(at(24).due).toContain('overdue')
    expect(at(24).next.overdueAt).toBe(NIGHT + 24 * HOUR)
  })

  it('says each thing once, whenever it looks, and is overdue exactly from its time on', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 120 * HOUR }), { maxLength: 40 })
    fc.assert(
      fc.property(instants, (offsets) => {
        const sorted = offsets.map((offset) => NIGHT + offset).sort((a, b) => a - b)
        let review = OWED
        const said: Chase[] = []
        for (const now of sorted) {
          const { due, next, againAt } = chase(review, isOver(now), now)
          expect(againAt).toBeGreaterThan(now)
          expect(next.overdueAt !== null).toBe(now >= OWED.dueAt)
          said.push(...due)
          review = next
        }
        const times = (what: Chase) => said.filter((one) => one === what).length
        expect(times('ask-requester')).toBeLessThanOrEqual(1)
        expect(times('remind')).toBeLessThanOrEqual(2)
        expect(times('overdue')).toBeLessThanOrEqual(1)
        expect(times('still-overdue')).toBeLessThanOrEqual(4)
      }),
    )
  })
})
