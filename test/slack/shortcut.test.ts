import { describe, expect, it } from 'vitest'
import { readLink } from '../../src/core/link.ts'
import { MINUTE } from '../support/make.ts'
import { changed } from '../threats/town.ts'
import { heldBy, policyOf, untilFormSays } from './asking.ts'
import { type BotOptions, makeSlack, startBot, untilTrue } from './bot.ts'

async function startShortcut(options: BotOptions = {}) {
  const slack = await makeSlack()
  const bot = await startBot(slack, options)
  const alert = slack.lee.says('orders-db: the replica lags by 40 minutes', { in: slack.requests })
  return { ...slack, bot, alert }
}

describe('“Ask for emergency access” on a message', () => {
  it.each(['http', 'socket'] as const)(
    'opens the form with a link to it, which both cards show: over %s',
    async (mode) => {
      const { ann, lee, requests, alert, bot } = await startShortcut({ mode })
      expect(await ann.picks('request_from_message', alert)).toMatchObject({ acknowledged: true })
      await untilFormSays(ann)
      const link = `https://night.slack.com/archives/${requests.id}/p${alert.ts.replace('.', '')}`
      const shown = /https:\/\/\S+\/archives\/\S+/.exec(ann.modal?.plain ?? '')?.[0]?.replace(/\W+$/, '')
      expect(shown?.endsWith(new URL(link).pathname)).toBe(true)
      await ann.submits({ reason: 'INC-42 replica lag' })
      expect(ann.modal).toBeUndefined()
      const card = await lee.waitsFor('INC-42 replica lag', { in: requests })
      expect(card.plain).toContain('this message')
      expect(card.text).toContain(`About this message: ${shown}`)
      expect((await ann.waitsFor('You asked for')).plain).toContain('this message')
      const [request] = await bot.store.requests({ limit: 1 })
      expect(request).toMatchObject({ link: shown, reason: 'INC-42 replica lag' })
      expect(JSON.stringify(request)).not.toContain('lags by 40 minutes')
      await lee.presses('approve', card)
      await lee.waitsFor('You approved')
    },
  )

  it('keeps the link while another entitlement is chosen', async () => {
    const { ann, alert, bot } = await startShortcut({ policy: policyOf(3) })
    await ann.picks('request_from_message', alert)
    await untilFormSays(ann)
    await ann.presses('entitlement', ann.modal!, { option: 'db-2' })
    await untilTrue(() => heldBy(ann).ttl === '15m')
    expect(ann.modal?.plain).toContain('About: ')
    await ann.submits({ reason: 'INC-42 replica lag' })
    await ann.waitsFor('asked for db-2')
    expect((await bot.store.requests({ limit: 1 }))[0]?.link).toMatch(/\/archives\//)
  })

  it('where the bot is not, opens the form without a link, and says so', async () => {
    const { workspace, ann, lee, bot } = await startShortcut()
    const other = workspace.channel('war-room', { private: true, members: [ann, lee], bot: false })
    const alert = lee.says('it burns', { in: other })
    await ann.picks('request_from_message', alert)
    await untilFormSays(ann)
    expect(ann.modal?.plain).toContain('Slack gave no link to that message')
    await ann.submits({ reason: 'INC-42 replica lag' })
    await ann.waitsFor('asked for orders-read')
    expect((await bot.store.requests({ limit: 1 }))[0]?.link).toBeNull()
  })

  it('says how to ask in one line when the form does not open, and stores no request', async () => {
    const { workspace, ann, alert, requests, bot } = await startShortcut()
    workspace.fails('views.open', { kind: 'error', error: 'internal_error' })
    await ann.picks('request_from_message', alert)
    await ann.waitsFor('The form did not open', { in: requests })
    expect(await bot.store.requests({ limit: 1 })).toEqual([])
  })

  it('whose form comes back with another link than Slack’s, asks without one', async () => {
    const { workspace, ann, bot, alert } = await startShortcut()
    await ann.picks('request_from_message', alert)
    await untilFormSays(ann)
    const { delivery } = await ann.submits({ reason: 'no' })
    if (!delivery) throw new Error('nothing was delivered')
    await workspace.delivers(
      changed(delivery.payload, {
        'view.private_metadata': 'about:javascript:alert(1)',
        'view.state.values.reason.reason.value': 'INC-42 replica lag',
      }),
    )
    await untilTrue(async () => (await bot.store.requests({ limit: 1 })).length === 1)
    expect((await bot.store.requests({ limit: 1 }))[0]).toMatchObject({ link: null, reason: 'INC-42 replica lag' })
  })

  it('“Ask again” asks about the same message', async () => {
    const { ann, alert, bot, time } = await startShortcut()
    await ann.picks('request_from_message', alert)
    await untilFormSays(ann)
    await ann.submits({ reason: 'INC-42 replica lag' })
    const card = await ann.waitsFor('You asked for')
    await ann.presses('cancel', card)
    const over = await ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'request_again'))
    time.ahead += MINUTE
    await ann.presses('request_again', over)
    await untilFormSays(ann)
    expect(ann.modal?.plain).toContain('About: ')
    expect((await bot.store.requests({ limit: 1 }))[0]?.link).toMatch(/\/archives\//)
  })
})

describe('the address of a message', () => {
  it.each([
    ['https://night.slack.com/archives/C0REQUESTS/p1795000000000100', true],
    ['https://night.enterprise.slack.com/archives/C1/p1?thread_ts=1.2&cid=C1', true],
    ['http://127.0.0.1:4321/archives/C1/p1', true],
    ['http://night.slack.com/archives/C1/p1', false],
    ['javascript:alert(1)', false],
    ['https://night.slack.com/archives/C1/p1|Approve', false],
    ['https://night.slack.com/a>b', false],
    ['https://night.slack.com/a b', false],
    ['https://user:word@night.slack.com/a', false],
    [`https://night.slack.com/${'a'.repeat(500)}`, false],
    ['', false],
  ])('%s: %s', (text, is) => {
    expect(readLink(text)).toBe(is ? text : undefined)
  })
})
