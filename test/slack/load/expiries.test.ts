import { expect, it } from 'vitest'
import { type Copy, newCopy } from '../../../src/core/copy.ts'
import { MINUTE } from '../../support/make.ts'
import { makeCrowd } from './crowd.ts'
import { endTogether } from './expiries.ts'
import { idOf, type Load } from './world.ts'

it('60 grants that end within a minute, and an hour without Slack, end with every card and the channel right', async () => {
  const figures = await endTogether(60)
  expect(figures.inVain).toBe(0)
  expect(figures.updates).toBeLessThanOrEqual(3.8 * 60) // three cards each, some of them drawn before the outage too
  expect(figures.minutes).toBeLessThanOrEqual(figures.updates / 50 + 2)
  expect(figures.notices).toBeLessThanOrEqual(30 + 12 + 2) // of each grant before the outage, of each person after it
  expect(figures.triesWhileAway).toBeLessThanOrEqual(250)
}, 120_000)

it('warnings that the end outran do not hold up the security channel after an outage', async () => {
  const load = await makeCrowd(1)
  const { time, workspace, security } = load
  await load.passes(20 * MINUTE)
  workspace.goesDown()
  await load.records([{ name: 'bot.paused', at: time.now, actor: idOf('lee'), detail: {} }])
  await load.passes(2 * MINUTE)
  await warnsTooLate(load, 200)
  workspace.comesUp()
  const backAt = time.now
  await load.passes(5 * MINUTE)
  const told = [...security.messages.values()].at(-1)?.versions[0]
  expect(told?.text).toContain('paused')
  expect((told?.at ?? 0) - backAt).toBeLessThanOrEqual(75_000) // the longest pause between two attempts
})

/** Cards that wait to be posted, of access that has ended. */
async function warnsTooLate({ store, time }: Load, count: number): Promise<void> {
  const [request] = await store.requests({ limit: 1 })
  if (!request) throw new Error('nobody asked for anything')
  const copies = Array.from({ length: count }, (_, index): Copy => {
    const destination = idOf(`a${index}`)
    return newCopy({ id: `warning-${index}`, request: request.id, audience: 'requester', destination })
  })
  const effects = copies.map(({ id, destination }) => ({
    kind: 'draw' as const,
    copy: id,
    destination,
    dueAt: time.now,
  }))
  await store.commit({ copies, effects })
}
