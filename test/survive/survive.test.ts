import { describe, expect, it } from 'vitest'
import { chanceFrom } from './chance.ts'
import { inWords } from './in-words.ts'
import { Plan } from './plan.ts'
import { survive } from './survive.ts'

describe('kill -9, a few times; `npm run survive` does it 1,000 times', () => {
  it('changes nothing', async () => {
    const report = await survive({ kills: 6, seed: 1 })
    expect(report.violations, inWords(report)).toEqual([])
    expect(report.kills).toBe(6)
    expect(report.grants.expired).toBeGreaterThan(0)
  }, 180_000) // all that was begun may take 90 s to end

  it('is noticed when the grant row is not written before the target is called', async () => {
    const report = await survive({ kills: 40, seed: 1, break: 'early-write', stopAtViolation: true })
    const laws = report.violations.map(({ law }) => law)
    expect(laws, inWords(report)).toContain('no access without a grant')
  }, 120_000)
})

describe('the plan', () => {
  /** How often each label is hit if every process dies where it was told to. */
  function hitsOf(kills: number): number[] {
    const plan = new Plan(kills, chanceFrom(7))
    for (let done = 0; done < kills; done += 1) plan.count(plan.next().label)
    return [...plan.hits.values()]
  }

  it('brings 300 kills to every label at least five times, and leaves a third to chance', () => {
    const hits = hitsOf(300)
    expect(Math.min(...hits)).toBeGreaterThanOrEqual(5)
    expect(hits.reduce((sum, count) => sum + count)).toBeLessThan(240)
  })

  it('brings 30 kills to every label once', () => {
    expect(Math.min(...hitsOf(30))).toBeGreaterThanOrEqual(1)
  })
})
