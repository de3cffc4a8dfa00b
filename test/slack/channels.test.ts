import { describe, expect, it } from 'vitest'
import { configuredChannels } from '../../src/slack/channels.ts'
import { makePolicy, makeRule } from '../support/make.ts'
import { makeSlack, startBot, untilTrue } from './bot.ts'

describe('channels', () => {
  it.each([
    ['archived', { isArchived: true }, 'is archived'],
    ['shared', { isShared: true }, 'shared with another workspace'],
    ['public', { isPrivate: false }, 'is public'],
  ] as const)('that are %s stop new access, and the security people are told', async (_name, change, words) => {
    const slack = await makeSlack()
    const { workspace, sam, security } = slack
    workspace.admin.changesChannel(security, change)
    const bot = await startBot(slack, { unready: true })
    const told = await sam.waitsFor(words)
    expect(told.plain).toContain('Taking access away goes on.')
    expect(bot.slack.channelsAllow()).toMatchObject({ ok: false, refusal: { code: 'channels-wrong' } })
  })

  it('without the bot stop it, too', async () => {
    const slack = await makeSlack()
    slack.workspace.admin.removes(slack.workspace.bot, slack.requests)
    await startBot(slack, { unready: true })
    await slack.sam.waitsFor('I am not a member')
  })

  it('that are mended are told of, and access can be given again', async () => {
    const slack = await makeSlack()
    const { workspace, sam, security } = slack
    workspace.admin.changesChannel(security, { isArchived: true })
    const bot = await startBot(slack, { unready: true })
    await sam.waitsFor('is archived')
    workspace.admin.changesChannel(security, { isArchived: false })
    await sam.waitsFor('My channels are well again', { within: 15_000 })
    expect(bot.slack.channelsAllow().ok).toBe(true)
  })

  it('of which Slack does not tell are not well', async () => {
    const slack = await makeSlack()
    slack.workspace.fails('conversations.info', { kind: 'status', status: 500 })
    const bot = await startBot(slack, { unready: true })
    await untilTrue(() => slack.workspace.callsTo('conversations.info').length > 0)
    expect(bot.slack.channelsAllow()).toMatchObject({ ok: false, refusal: { code: 'channels-unknown' } })
  })

  it('that are not well refuse an approval, which can be pressed again', async () => {
    const slack = await makeSlack()
    const { workspace, ann, lee, security, requests } = slack
    workspace.admin.changesChannel(security, { isPrivate: false })
    const bot = await startBot(slack, { unready: true })
    await untilTrue(() => !bot.slack.channelsAllow().ok)
    await ann.types('/breakglass orders-read INC-42 replica lag')
    await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    await lee.waitsFor('No access is given just now', { in: requests })
    expect((await bot.store.requests({ limit: 1 }))[0]?.state).toBe('pending')
  })

  it('are those of the config, once each', () => {
    const rules = new Map(
      [makeRule({ channel: 'C0OPS' }), makeRule({ name: 'b', channel: 'C0SECURITY' })].map((rule) => [rule.name, rule]),
    )
    expect(configuredChannels(makePolicy({ rules }))).toEqual(['C0SECURITY', 'C0REQUESTS', 'C0OPS'])
    expect(configuredChannels(makePolicy({ rules: new Map(), requestsChannel: undefined }))).toEqual(['C0SECURITY'])
  })
})
