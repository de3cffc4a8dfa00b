import { describe, expect, it } from 'vitest'
import type { Rule } from '../../src/core/policy.ts'
import { resumePending } from '../../src/operations/start-up.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const begins = useWorlds()
const policyOf = (rule: Partial<Rule>) =>
  makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [makeRule(rule)] })]]) })
const REMINDS = { remindMs: 4 * MINUTE }
const TELLS = {
  escalate: [{ afterMs: 4 * MINUTE, to: [makeGroup('directors', ['U0DEE'])], channels: [], decide: false }],
}
const reminders = ({ delivered }: World) => delivered.filter(({ kind }) => kind === 'remind').length

/** Ann has asked of a bot with one rule; a minute later it starts anew with another. */
async function restarted(before: Partial<Rule>, after: Partial<Rule>) {
  const evening = await begins({ policy: policyOf(before), posts: true })
  await evening.asks('U0ANN')
  await evening.settles()
  await evening.bury()
  const morning = await begins({
    path: evening.path,
    policy: policyOf(after),
    now: evening.time.now + MINUTE,
    posts: true,
  })
  await resumePending(morning.deps)
  return morning
}

describe('what waits when a newer bot starts', () => {
  it('is reminded of, as its rule says now', async () => {
    const morning = await restarted({}, REMINDS)
    await morning.passes(3 * MINUTE - 1)
    expect(reminders(morning)).toBe(0)
    await morning.passes(1)
    expect(reminders(morning)).toBe(1)
  })

  it('is told to more people', async () => {
    const morning = await restarted({}, TELLS)
    await morning.passes(3 * MINUTE)
    expect((await morning.store.copiesOf(await morning.newest())).map(({ destination }) => destination)).toContain(
      'U0DEE',
    )
  })

  it('is reminded of once, where the earlier one would have done it, too', async () => {
    const morning = await restarted(REMINDS, REMINDS)
    await morning.passes(3 * MINUTE)
    expect(reminders(morning)).toBe(1)
  })

  it('waits for no effect where its rule asks nobody again', async () => {
    const morning = await restarted({}, {})
    for (let minute = 0; minute < 10; minute += 1) await morning.passes(MINUTE)
    expect(reminders(morning)).toBe(0)
  })
})
