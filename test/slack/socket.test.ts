import { describe, expect, it } from 'vitest'
import { makeEntitlement, makePolicy, makeRule, makeUsergroup } from '../support/make.ts'
import { makeSlack, startBot, untilTrue } from './bot.ts'

describe('Socket Mode', () => {
  it.each([
    [
      'refreshes',
      (slack: Awaited<ReturnType<typeof makeSlack>>) => slack.workspace.refreshesSockets('refresh_requested'),
    ],
    ['warns', (slack: Awaited<ReturnType<typeof makeSlack>>) => slack.workspace.refreshesSockets('warning')],
    ['cuts the line', (slack: Awaited<ReturnType<typeof makeSlack>>) => slack.workspace.dropsSockets()],
  ])('connects again when Slack %s', async (_name, act) => {
    const slack = await makeSlack()
    const { workspace, ann } = slack
    const bot = await startBot(slack, { mode: 'socket' })
    const before = workspace.callsTo('apps.connections.open').length
    act(slack)
    await untilTrue(() => workspace.callsTo('apps.connections.open').length > before && workspace.sockets > 0)
    await untilTrue(() => bot.front.connected)
    await ann.types('/breakglass mine')
    await ann.waitsFor('You have no access now')
  })

  it.each([
    ['HTTP 500', { kind: 'status', status: 500, times: 1 }],
    ['a refused token', { kind: 'error', error: 'invalid_auth', times: 1 }],
    ['a rate limit', { kind: 'rate limited', retryAfter: 1, times: 1 }],
    ['a broken connection', { kind: 'reset', times: 1 }],
  ] as const)('connects in the end after %s, without an unhandled rejection', async (_name, fault) => {
    const slack = await makeSlack()
    const { workspace } = slack
    const bot = await startBot(slack, { mode: 'socket' })
    await untilTrue(() => bot.front.connected)
    workspace.fails('apps.connections.open', fault)
    workspace.dropsSockets()
    await untilTrue(() => !bot.front.connected)
    await untilTrue(() => bot.front.connected, 15_000)
    expect(workspace.sockets).toBe(1)
  })

  it('starts while Slack is down, says that it is not connected, and connects when Slack is back', async () => {
    const slack = await makeSlack()
    const { workspace, ann } = slack
    workspace.goesDown()
    const starting = startBot(slack, { mode: 'socket', unready: true })
    await new Promise((resolve) => setTimeout(resolve, 300))
    workspace.comesUp()
    const bot = await starting
    await untilTrue(() => bot.front.connected, 15_000)
    await ann.types('/breakglass help')
    await ann.waitsFor('Give access back early')
  })

  it('serves the GETs, and nothing else', async () => {
    const bot = await startBot(await makeSlack(), { mode: 'socket' })
    const url = `http://127.0.0.1:${bot.front.port}`
    expect(await (await fetch(`${url}/readyz`)).text()).toBe('you asked for /readyz')
    expect((await fetch(`${url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(405)
  })

  it('leaves no connection when it stops', async () => {
    const slack = await makeSlack()
    const bot = await startBot(slack, { mode: 'socket' })
    await bot.stop()
    await untilTrue(() => slack.workspace.sockets === 0)
  })
})

it('HTTP mode starts while Slack is down, and acknowledges without it', async () => {
  const slack = await makeSlack()
  slack.workspace.fails('*', { kind: 'status', status: 503 })
  const bot = await startBot(slack, { unready: true })
  expect(bot.front.connected).toBe(false)
  expect(await slack.ann.types('/breakglass mine')).toMatchObject({ acknowledged: true })
  expect(bot.slack.channelsAllow()).toMatchObject({ ok: false })
})

it('an approver who is removed from the group by Slack is refused at once', async () => {
  const slack = await makeSlack()
  const { workspace, ann, lee, kim } = slack
  const group = workspace.group('leads', { members: [lee, kim] })
  const entitlement = makeEntitlement({ rules: [makeRule({ approvers: [makeUsergroup('leads', 'S0LEADS')] })] })
  const bot = await startBot(slack, { policy: makePolicy({ entitlements: new Map([['orders-read', entitlement]]) }) })
  await ann.types('/breakglass orders-read INC-42 replica lag')
  const card = await lee.waitsFor('Waiting', { in: slack.requests })
  expect(card.mentions).toContain('S0LEADS')
  await workspace.admin.changesGroup(group, [kim])
  await lee.presses('approve', card)
  await lee.waitsFor('You are not one of the approvers', { in: slack.requests })
  expect((await bot.store.requests({ limit: 1 }))[0]?.state).toBe('pending')
})

it('what is cached of a person or a group is dropped as soon as Slack tells of a change', async () => {
  const slack = await makeSlack()
  const { workspace, lee, kim } = slack
  const group = workspace.group('leads', { members: [lee, kim] })
  const { people } = (await startBot(slack)).slack
  const leads = makeUsergroup('leads', 'S0LEADS')
  const [members, person] = [() => people.members(leads, 'lately'), () => people.lookUp(kim.id, 'lately')]
  expect(await members()).toMatchObject({ value: ['U0LEE', 'U0KIM'] })
  expect(await person()).toMatchObject({ ok: true })
  await workspace.admin.changesGroup(group, [lee])
  await workspace.admin.deactivates(kim)
  await untilTrue(async () => !(await person()).ok)
  await untilTrue(async () => JSON.stringify(await members()).includes('["U0LEE"]'))
})
