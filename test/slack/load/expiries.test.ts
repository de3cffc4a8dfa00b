import { expect, it } from 'vitest'
import { endTogether } from './expiries.ts'

it('60 grants that end within a minute, and an hour without Slack, end with every card and the channel right', async () => {
  const figures = await endTogether(60)
  expect(figures.inVain).toBe(0)
  expect(figures.updates).toBeLessThanOrEqual(3.8 * 60) // three cards each, some of them drawn before the outage too
  expect(figures.minutes).toBeLessThanOrEqual(figures.updates / 50 + 2)
  expect(figures.notices).toBeLessThanOrEqual(30 + 12 + 2) // of each grant before the outage, of each person after it
  expect(figures.triesWhileAway).toBeLessThanOrEqual(250)
}, 120_000)
