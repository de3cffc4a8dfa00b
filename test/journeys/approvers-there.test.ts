import { expect, it } from 'vitest'
import { sweepLiveness } from '../../src/operations/sweep-liveness.ts'
import { makeSlack, startBot, untilTrue } from '../slack/bot.ts'

/** The sweep, without its pauses. */
async function sweeps(deps: Parameters<typeof sweepLiveness>[0]): Promise<void> {
  const sweep = sweepLiveness(deps)
  while (!(await sweep.next()).done);
}

it('an approver leaves, and the other cannot be sent a message: security reads it once, and once that it is mended', async () => {
  const slack = await makeSlack()
  const { workspace, lee, kim, sam, security, time } = slack
  const { deps } = await startBot(slack)
  const told = () =>
    sam.sees(security).filter(({ plain }) => /could not be approved tonight|All well again/.test(plain))
  await sweeps(deps)
  expect(told()).toEqual([])

  await workspace.admin.deactivates(lee)
  const mend = workspace.fails('conversations.open', {
    kind: 'error',
    error: 'cannot_dm_bot',
    when: ({ users }) => users === kim.id,
  })
  await sweeps(deps)
  await untilTrue(() => told().length === 1)
  expect(told()[0]?.plain).toMatch(/rules\.one-lead\.approvers: .*no direct message reaches U0KIM \(kim\)/)
  expect(told()[0]?.plain).toContain('Name more approvers, or put more people into leads')
  time.ahead += 24 * 3_600_000
  await sweeps(deps)

  mend()
  time.ahead += 24 * 3_600_000
  await sweeps(deps)
  await untilTrue(() => told().length === 2)
  expect(told()[1]?.plain).toMatch(/^All well again/)
})
