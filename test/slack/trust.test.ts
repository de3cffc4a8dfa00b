import { describe, expect, it } from 'vitest'
import { makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { offeredTo } from './asking.ts'
import { makeSlack, startBot, untilTrue } from './bot.ts'

const ASK = '/breakglass orders-read 15m INC-42 replica lag'
const SHORTER = 'approve_shorter'

const leads = makeGroup('leads', ['U0LEE', 'U0KIM'])
const secteam = makeGroup('secteam', ['U0SAM', 'U0KIM'])

function policyWith(change: Parameters<typeof makeRule>[0]) {
  const entitlement = makeEntitlement({ rules: [makeRule(change)] })
  return makePolicy({ entitlements: new Map([['orders-read', entitlement]]) })
}

const BOTH = {
  approvers: [leads, secteam],
  quorum: 2,
  needs: [leads, secteam].map((from) => ({ from, atLeast: 1 })),
}

/** Ann has asked, and the approvers see the card. */
async function asked(change: Parameters<typeof makeRule>[0] = {}) {
  const slack = await makeSlack()
  slack.workspace.admin.invites(slack.sam, slack.requests)
  const bot = await startBot(slack, { policy: policyWith(change) })
  await slack.ann.types(ASK)
  const card = await slack.lee.waitsFor('Waiting for approval', { in: slack.requests })
  return { ...slack, bot, card }
}

describe('two groups that must agree', () => {
  it('are named on the card, and how far it is, in words', async () => {
    const { ann, lee, sam, kim, requests, card, bot } = await asked(BOTH)
    expect(card.plain).toContain('1 of leads (@kim, @lee) and 1 of secteam (@kim, @sam): please decide.')
    expect(card.plain).toContain('2 approvals are needed: 1 of leads and 1 of secteam.')
    await ann.waitsFor('1 of leads and 1 of secteam must agree')
    await lee.presses('approve', card)
    await lee.waitsFor('Recorded: 1 of 2 approvals under one-lead, waiting for secteam.', { in: requests })
    const now = await kim.waitsFor('1 of 2 so far, by @lee; waiting for secteam.', { in: requests })
    await ann.waitsFor('Waiting for secteam.')
    await sam.presses('approve', now)
    await kim.waitsFor('Approved by @lee, @sam', { in: requests })
    expect(bot.target.held.size).toBe(1)
  })

  it('one person in both takes one place', async () => {
    const { kim, lee, requests, card, bot } = await asked(BOTH)
    await kim.presses('approve', card)
    const now = await lee.waitsFor('1 of 2 so far, by @kim; waiting for leads or secteam.', { in: requests })
    await kim.presses('approve', now)
    await kim.waitsFor('You approved this already', { in: requests })
    expect(bot.target.held.size).toBe(0)
    await lee.presses('approve', now)
    await untilTrue(() => bot.target.held.size === 1)
  })
})

describe('approve shorter', () => {
  it('offers only what is shorter, and says on every card who shortened it', async () => {
    const { ann, lee, kim, requests, card } = await asked()
    await lee.presses(SHORTER, card)
    await lee.waitsForModal('shorten')
    expect(offeredTo(lee, 'ttl')).toEqual(['10m', '5m', '2m', '1m'])
    await lee.submits({ ttl: '10m' })
    const words = '10m, shortened by @lee; 15m was asked'
    expect((await kim.waitsFor('Active until', { in: requests })).plain).toContain(words)
    await ann.waitsFor(`(${words}). Done early?`)
    await lee.waitsFor('You approved')
  })

  it('says in the form what cannot be: nothing chosen, and a time that somebody has shortened meanwhile', async () => {
    const { lee, kim, card, requests, bot } = await asked({ quorum: 2 })
    await lee.presses(SHORTER, card)
    await lee.waitsForModal('shorten')
    await kim.presses(SHORTER, card)
    await kim.waitsForModal('shorten')
    await kim.submits({ ttl: '5m' })
    await kim.waitsFor('Recorded: 1 of 2', { in: requests }).catch(() => kim.waitsFor('Recorded: 1 of 2'))
    await lee.submits({ ttl: '10m' })
    await untilTrue(() => lee.modal?.errors?.ttl !== undefined)
    expect(lee.modal?.errors).toMatchObject({ ttl: expect.stringContaining('It lasts 5m at most') })
    await lee.submits({ ttl: '2m' })
    await untilTrue(async () => (await bot.store.grants({ limit: 1 })).length === 1)
    const [grant] = await bot.store.grants({ limit: 1 })
    expect(grant && grant.expiresAt - grant.createdAt).toBe(120_000)
  })

  it('is not offered where nothing is shorter, and opens no form for a stranger', async () => {
    const least = { ttl: { minMs: 900_000, defaultMs: 900_000, maxMs: 900_000 } }
    expect((await asked(least)).card.buttons.map(({ actionId }) => actionId)).toEqual([
      'approve',
      'deny',
      'looks_wrong',
    ])
    const { ben, requests, card } = await asked()
    await ben.presses(SHORTER, card)
    await ben.waitsFor('You are not one of the approvers', { in: requests })
    expect(ben.modal).toBeUndefined()
  })
})

describe('looks wrong', () => {
  it('asks first; then denies, calls security, and names nobody where others read', async () => {
    const { ann, lee, kim, sam, requests, security, card, bot } = await asked()
    await lee.presses('looks_wrong', card, { confirm: false })
    expect((await bot.store.requests({ limit: 1 }))[0]?.state).toBe('pending')
    await lee.presses('looks_wrong', card, { confirm: true })
    await lee.waitsFor('Nobody but them learns that it was you', { in: requests })
    const now = await kim.waitsFor('Denied: it looked wrong to somebody who was asked. Security was told.', {
      in: requests,
    })
    expect(now.buttons).toEqual([])
    const told = await ann.waitsFor('It looked wrong to somebody who was asked')
    for (const { plain, text } of [now, told, ...ann.dms.filter(({ text }) => !text.includes('Waiting'))])
      expect(`${plain} ${text}`).not.toMatch(/@lee|U0LEE/)
    const alarm = await sam.waitsFor('looked wrong to somebody who was asked', { in: security })
    expect(alarm.mentions).toContain('U0SAM')
    await sam.waitsFor(/denied the request .* by @lee/, { in: security })
    await sam.waitsFor('PERSON FROZEN', { in: security })
  })

  it('freezes the requester’s open requests, whose cards say so, until security lifts it', async () => {
    const slack = await makeSlack()
    const { ann, lee, kim, sam, requests } = slack
    const entitlements = ['orders-read', 'orders-write'].map((id) => makeEntitlement({ id, access: { role: id } }))
    const bot = await startBot(slack, {
      policy: makePolicy({ entitlements: new Map(entitlements.map((e) => [e.id, e])) }),
    })
    await ann.types(ASK)
    const first = await lee.waitsFor('Waiting for approval', { in: requests })
    await ann.types('/breakglass orders-write INC-43 repair')
    const second = await lee.waitsFor(/Waiting for approval.*orders-write/s, { in: requests })
    await lee.presses('looks_wrong', first, { confirm: true })
    const frozen = await kim.waitsFor(/Frozen: nobody can approve this until security has looked.*/s, { in: requests })
    expect(frozen.buttons.map(({ actionId }) => actionId)).toEqual(['deny', 'looks_wrong'])
    await ann.waitsFor('Security was told: ask them.')
    await kim.presses('approve', second).catch(() => undefined)
    expect(bot.target.held.size).toBe(0)
    await sam.types('/breakglass unfreeze @ann talked to her')
    await sam.waitsFor('can be given access again')
    const free = await kim.waitsFor(/Waiting for approval.*orders-write/s, { in: requests })
    await kim.presses('approve', free)
    await untilTrue(() => bot.target.held.size === 1)
  })
})

describe('that was not me', () => {
  it('is a button of the receipt that the approver is sent; it takes the access away and says so', async () => {
    const { ann, lee, sam, requests, security, card, bot } = await asked()
    await lee.presses('approve', card)
    await untilTrue(() => bot.target.held.size === 1)
    const receipt = await lee.waitsFor('Was that not you?')
    expect(receipt.plain).toContain('INC-42 replica lag')
    expect(receipt.buttons.map(({ actionId }) => actionId)).toEqual(['not_me'])
    await lee.presses('not_me', receipt, { confirm: true })
    await lee.waitsFor('You said that this was not you: it was stopped')
    await untilTrue(() => bot.target.held.size === 0)
    await lee.waitsFor('Taken away by @lee', { in: requests })
    await ann.waitsFor('was not real. This says nothing about you')
    const alarm = await sam.waitsFor('says that the approval of R-', { in: security })
    expect(alarm.mentions).toContain('U0SAM')
  })
})
