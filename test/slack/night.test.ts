import { describe, expect, it } from 'vitest'
import { makeSlack, startBot } from './bot.ts'

const ASK = '/breakglass orders-read 15m INC-42 replica lag'

describe.each(['http', 'socket'] as const)('over %s', (mode) => {
  it('takes a request from the command to the end of the access', async () => {
    const slack = await makeSlack()
    const { ann, lee, sam, requests, security, time } = slack
    const bot = await startBot(slack, { mode })
    const saw = await ann.types(ASK)
    expect(saw).toMatchObject({ acknowledged: true, error: undefined })
    const card = await lee.waitsFor('Waiting for approval', { in: requests })
    await ann.waitsFor('Waiting for leads')
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders database')
    await lee.waitsFor('Active until', { in: requests })
    expect(bot.target.held.size).toBe(1)
    time.ahead += 15 * 60_000
    await ann.waitsFor('Your access has ended')
    await lee.waitsFor('Time was up. Approved by @lee', { in: requests })
    await sam.waitsFor('access ended', { in: security })
    expect(bot.target.held.size).toBe(0)
    expect(bot.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })
})

/** Ann has asked, and Lee sees the form that wants to know why not. */
async function pressDeny() {
  const slack = await makeSlack()
  const { ann, lee, requests } = slack
  await startBot(slack)
  await ann.types(ASK)
  await lee.presses('deny', await lee.waitsFor('Waiting', { in: requests }))
  await lee.waitsForModal('deny')
  return slack
}

describe('somebody who approves', () => {
  it('is mentioned by the first post, sees who asks for what, where, why and how long', async () => {
    const slack = await makeSlack()
    await startBot(slack)
    await slack.ann.types(ASK)
    const card = await slack.lee.waitsFor('Waiting', { in: slack.requests })
    expect(card.mentions).toEqual(expect.arrayContaining(['U0LEE', 'U0KIM']))
    for (const words of [
      '@ann',
      'Read the orders database',
      'orders-db as ann',
      '15m from approval',
      'INC-42 replica lag',
    ]) {
      expect(card.plain).toContain(words)
    }
    expect(card.text).toContain('INC-42 replica lag')
    expect(card.buttons.map(({ actionId }) => actionId)).toEqual(['approve', 'approve_shorter', 'deny', 'looks_wrong'])
  })

  it('denies with a reason, which the requester reads', async () => {
    const { ann, lee, requests } = await pressDeny()
    await lee.submits({ reason: 'Ask <!channel> on the *bridge*' })
    await lee.waitsFor('Denied R-')
    const news = await ann.waitsFor(/@lee denied R-/)
    expect(news.plain).toContain('Ask <!channel> on the *bridge*')
    expect(news.mentions).not.toContain('channel')
    const card = await lee.waitsFor('Denied by @lee', { in: requests })
    expect(card.buttons).toEqual([])
  })

  it('is asked for a reason that can be read', async () => {
    const { lee } = await pressDeny()
    await lee.submits({ reason: 'approved\u202e' })
    expect(lee.modal?.errors).toMatchObject({ reason: expect.stringContaining('U+202E') })
  })

  it('takes the access away by denying what was approved', async () => {
    const slack = await makeSlack()
    const { ann, lee, kim, requests } = slack
    const bot = await startBot(slack)
    await ann.types(ASK)
    await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    const card = await kim.waitsFor('Active until', { in: requests })
    await kim.presses('deny', card)
    await kim.waitsForModal('deny')
    await kim.submits({ reason: 'wrong database' })
    await kim.waitsFor('Taken away by @kim', { in: requests })
    await ann.waitsFor('Your access has ended')
    expect(bot.target.held.size).toBe(0)
  })
})

describe('a stranger to the request', () => {
  it('is told so and opens no form, and nothing changes', async () => {
    const slack = await makeSlack()
    const { ann, ben, requests } = slack
    const bot = await startBot(slack)
    await ann.types(ASK)
    const card = await ben.waitsFor('Waiting', { in: requests })
    await ben.presses('deny', card)
    await ben.waitsFor('You are not one of the approvers', { in: requests })
    expect(ben.modal).toBeUndefined()
    await ben.presses('approve', card)
    await ann.presses('approve', card)
    await ann.waitsFor('somebody else must decide', { in: requests })
    expect((await bot.store.requests({ limit: 1 }))[0]).toMatchObject({ state: 'pending', approvals: [] })
  })
})

describe('somebody of another workspace', () => {
  it('who sees the card in a shared channel can press, and is refused', async () => {
    const slack = await makeSlack()
    const { ann, workspace, requests } = slack
    const bot = await startBot(slack)
    const eve = workspace.person('eve', { standing: 'stranger' })
    workspace.admin.invites(eve, requests)
    await ann.types(ASK)
    const card = await eve.waitsFor('Waiting', { in: requests })
    await eve.presses('approve', card)
    await eve.waitsFor('Only members of this workspace', { in: requests })
    await eve.presses('deny', card)
    expect(eve.modal).toBeUndefined()
    expect((await bot.store.requests({ limit: 1 }))[0]?.state).toBe('pending')
  })
})

describe('the requester', () => {
  it('cancels from the card', async () => {
    const slack = await makeSlack()
    const { ann, lee, requests } = slack
    await startBot(slack)
    await ann.types(ASK)
    await ann.presses('cancel', await ann.waitsFor('Waiting for leads'))
    await ann.waitsFor('Cancelled by the requester')
    await lee.waitsFor('Cancelled', { in: requests })
  })

  it('ends early from the card', async () => {
    const slack = await makeSlack()
    const { ann, lee, requests } = slack
    const bot = await startBot(slack)
    await ann.types(ASK)
    await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    await ann.presses('end_early', await ann.waitsFor('Press “End now”'))
    await ann.waitsFor('Given back early')
    expect(bot.target.held.size).toBe(0)
  })

  it.each([
    ['/breakglass help', 'Give access back early'],
    ['/breakglass mine', 'You have no access now'],
    ['/breakglass list', 'orders-read: Read the orders database, on orders-db, at most 30m'],
    ['/breakglass emergency orders-read now', 'To break the glass, fill in the form'],
  ])('types %s and reads %s, alone', async (line, words) => {
    const slack = await makeSlack()
    const { ann, lee, requests } = slack
    const bot = await startBot(slack)
    await ann.types(line, { in: requests })
    expect((await ann.waitsFor(words, { in: requests })).isEphemeral).toBe(true)
    expect(lee.sees(requests)).toEqual([])
    expect(await bot.store.requests({ limit: 1 })).toEqual([])
  })
})

describe('the security team', () => {
  it('takes away all that a person has, picked from Slack’s list', async () => {
    const slack = await makeSlack()
    const { ann, lee, sam, requests } = slack
    const bot = await startBot(slack)
    await ann.types(ASK)
    await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    await ann.waitsFor('You have Read')
    await sam.types('/breakglass revoke @ann laptop stolen')
    await sam.waitsFor('Taking 1 grant away now.')
    await lee.waitsFor('Taken away by @sam', { in: requests })
    expect(bot.target.held.size).toBe(0)
  })
})
