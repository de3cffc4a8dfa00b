import { expect, it } from 'vitest'
import { endTogether } from './expiries.ts'

it('10,000 grants that end within a minute, and an hour without Slack, end with every card and the channel right', async () => {
  const figures = await endTogether(10_000)
  console.log(figures)
  expect(figures.inVain).toBe(0)
  expect(figures.updates).toBeLessThanOrEqual(3.1 * 10_000) // three cards each
  expect(figures.minutes).toBeLessThanOrEqual(1.02 * (figures.updates / 50))
  expect(figures.channelTook).toBeLessThanOrEqual(180)
  expect(figures.notices).toBeLessThanOrEqual(2_500) // 2,000 people
  expect(figures.triesWhileAway).toBeLessThanOrEqual(250)
  expect(figures.mostAtOnce).toBeLessThanOrEqual(80)
  expect(figures.mostLimits).toBeLessThanOrEqual(2_100) // as many as people were written to within seconds
})
