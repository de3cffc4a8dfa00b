import { describe, expect, it } from 'vitest'
import type { InboxRow } from '../../src/core/store.ts'
import { bindOperations } from '../../src/operations/bind.ts'
import { takesAway } from '../../src/slack/act.ts'
import { CALLBACK } from '../../src/slack/ids.ts'
import { resume } from '../../src/slack/inbox.ts'
import type { Person } from '../../src/workspace/person.ts'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeEntitlement, makeGroup, makeUsergroup } from '../support/make.ts'
import { heldBy, offeredTo } from './asking.ts'
import { type BotOptions, makeSlack, startBot, untilTrue } from './bot.ts'

const WHY = 'INC-42 the database is down and nobody answers'
const LINE = `/breakglass emergency orders-read 10m ${WHY}`

/** All of them are in the workspace. */
const REVIEW = { by: [makeGroup('reviewers', ['U0SAM', 'U0ANN'])], withinMs: 24 * 60 * MINUTE }

async function start(options: BotOptions = {}) {
  const slack = await makeSlack()
  const bot = await startBot(slack, { policy: makeGlassPolicy({ review: REVIEW }), ...options })
  return { ...slack, bot, dee: slack.workspace.person('dee') ?? slack.ann }
}

async function untilGlassFormSays(person: Person, words = 'Type its name in full'): Promise<void> {
  await person.waitsForModal('emergency')
  await untilTrue(() => person.modal?.plain.includes(words) ?? false)
}

const has =
  (actionId: string) =>
  ({ buttons }: SeenMessage) =>
    buttons.some((button) => button.actionId === actionId)

/** Ann breaks the glass by the form. */
async function annBreaks({ ann }: { ann: Person }): Promise<void> {
  await ann.types(LINE)
  await untilGlassFormSays(ann)
  await ann.submits({ confirm: 'orders-read' })
  await ann.waitsFor('the glass is broken')
}

describe('the form to break the glass', () => {
  it('always opens, says what will happen, and is filled with what was typed, but for the name', async () => {
    const { ann, requests, bot } = await start()
    const saw = await ann.types(LINE, { in: requests })
    expect(saw.message?.plain).toContain('fill in the form that opens')
    await untilGlassFormSays(ann)
    expect(ann.modal).toMatchObject({ title: 'Break the glass', submit: 'Break the glass' })
    for (const words of [
      'at once, without approval',
      'Told at once, each with a button to take it away: leads, directors, the security channel',
      'A review is owed by reviewers within 1d',
      'you will be asked to write what you did',
      'At least 20 characters',
    ])
      expect(ann.modal?.plain).toContain(words)
    expect(heldBy(ann)).toMatchObject({ entitlement: 'orders-read', purpose: 'incident', ttl: '10m', reason: WHY })
    expect(heldBy(ann).confirm).toBeUndefined()
    expect(await bot.store.requests({ limit: 9 })).toEqual([])
  })

  it.each([
    ['the name is wrong', { confirm: 'orders' }, { confirm: 'Type the name in full' }],
    ['the reason is short', { confirm: 'orders-read', reason: 'down' }, { reason: 'at least 20 characters' }],
  ])('says in the field when %s, and nothing is given', async (_, filled, wrong) => {
    const { ann, bot } = await start()
    await ann.types(LINE)
    await untilGlassFormSays(ann)
    await ann.submits(filled)
    const [[field, words]] = Object.entries(wrong) as [[string, string]]
    expect(ann.modal?.errors[field]).toContain(words)
    expect(await bot.store.requests({ limit: 9 })).toEqual([])
    expect(bot.target.held.size).toBe(0)
  })

  it('offers only what the person may break the glass for, and draws the rest when one is chosen', async () => {
    const orders = makeEntitlement({ id: 'orders-write', title: 'Write orders', access: { role: 'w' } })
    const policy = makeGlassPolicy({}, {}, [{ ...orders, breakGlass: makeGlassPolicy().breakGlass.get('oncall-only') }])
    const users = makeEntitlement({ id: 'users-read', title: 'Read users', access: { role: 'u' } })
    const all = new Map([...policy.entitlements, ['users-read', users] as const])
    const { ann } = await start({ policy: { ...policy, entitlements: all } })
    await ann.types('/breakglass emergency')
    await untilGlassFormSays(ann)
    expect(offeredTo(ann, 'entitlement')).toEqual(['orders-read', 'orders-write'])
    expect(ann.modal?.fields).not.toHaveProperty('ttl')
    await ann.presses('entitlement', ann.modal!, { option: 'orders-write' })
    await untilGlassFormSays(ann, 'To be sure that it is what you mean: orders-write')
    expect(offeredTo(ann, 'ttl')).toEqual(['1m', '2m', '5m', '10m', '15m'])
  })

  it('says that there is nothing to break for somebody who may not', async () => {
    const { kim } = await start()
    await kim.types('/breakglass emergency orders-read the database is down')
    await untilGlassFormSays(kim, 'There is nothing that you may break the glass for')
    expect(kim.modal?.submit).toBeUndefined()
  })

  it('searches among more than a hundred in what can be broken only', async () => {
    const rule = makeGlassPolicy().breakGlass.get('oncall-only')
    const many = Array.from({ length: 120 }, (_, index) =>
      makeEntitlement({ id: `db-${index}`, title: `Read ${index}`, access: { n: index }, breakGlass: rule }),
    )
    const { ann, workspace } = await start({ policy: makeGlassPolicy({}, { breakGlass: undefined }, many) })
    await ann.types('/breakglass emergency')
    await untilGlassFormSays(ann)
    const typing = { type: 'block_suggestion', action_id: 'entitlement', block_id: 'entitlement', value: 'orders' }
    const ask = async (view: object) => {
      const { ack } = await workspace.delivers({ ...typing, ...view, user: { id: ann.id } })
      return ((ack.kind === 'acknowledged' ? ack.body : {}) as { options?: unknown[] }).options
    }
    expect(await ask({ view: { callback_id: 'emergency' } })).toEqual([])
    expect(await ask({ view: { callback_id: 'request' } })).toHaveLength(1)
  })

  it('is named by “list” and “help” to whoever may, and by “list” to nobody else', async () => {
    const { ann, kim, lee } = await start()
    await ann.types('/breakglass list')
    await ann.waitsFor('when nobody can approve: /breakglass emergency ENTITLEMENT REASON, for orders-read')
    await kim.types('/breakglass list')
    await kim.waitsFor('There is nothing that you can ask for')
    await lee.types('/breakglass list')
    expect((await lee.waitsFor('orders-read: Read')).plain).not.toContain('emergency')
    await lee.types('/breakglass help')
    await lee.waitsFor('/breakglass emergency ENTITLEMENT REASON')
  })

  it('is told how to type it when it does not open', async () => {
    const { ann, workspace } = await start()
    workspace.fails('views.open', { kind: 'error', error: 'fatal_error' })
    await ann.types(LINE)
    await ann.waitsFor('type /breakglass emergency ENTITLEMENT [TTL] REASON again')
  })

  it('opens from the card of a request that waits, and cancels that one', async () => {
    const { ann, requests, lee, bot } = await start()
    await ann.types(`/breakglass orders-read ${WHY}`)
    await lee.waitsFor(WHY, { in: requests })
    const card = await ann.waitsFor(has('make_emergency'))
    const [pending] = await bot.store.requests({ limit: 1 })
    await ann.presses('make_emergency', card)
    await untilGlassFormSays(ann)
    expect(ann.modal?.plain).toContain(`${pending?.id} is cancelled then`)
    expect(heldBy(ann)).toMatchObject({ entitlement: 'orders-read', reason: WHY })
    await ann.submits({ confirm: 'ORDERS-READ' })
    await ann.waitsFor('the glass is broken')
    expect(await bot.store.request(pending?.id ?? 'R-000000')).toMatchObject({ state: 'cancelled', why: 'emergency' })
  })

  it('opens for a request that lapsed before he pressed, and keeps the message that it was about', async () => {
    const { ann, bot } = await start()
    const link = 'https://example.slack.com/archives/C0INC/p1700000000000100?thread_ts=1.2&cid=C0INC'
    await bot.store.receive({ id: 'i1', kind: 'command', receivedAt: 1, body: {}, doneAt: null, answer: null })
    const asked = { by: ann.id, inbox: 'i1', entitlement: 'orders-read', ttlMs: undefined, words: WHY, link }
    await bindOperations(bot.deps).submit(asked)
    const card = await ann.waitsFor(has('make_emergency'))
    const [waiting] = await bot.store.requests({ limit: 1 })
    if (waiting?.state !== 'pending') throw new Error('nothing waits')
    await bot.store.commit({ requests: [{ ...waiting, state: 'lapsed', lapsedAt: 1, cause: 'too-late' }] })
    await ann.presses('make_emergency', card)
    await untilGlassFormSays(ann)
    expect(ann.modal?.plain).not.toContain('is cancelled then')
    await ann.submits({ confirm: 'orders-read' })
    await ann.waitsFor('the glass is broken')
    expect((await bot.store.requests({ limit: 1 }))[0]).toMatchObject({ state: 'approved', link })
  })

  it('names what nobody could tell about, and offers the rest', async () => {
    const glass = makeGlassPolicy().entitlements.get('orders-read')?.breakGlass
    const silent = glass && { ...glass, name: 'silent', requesters: [makeUsergroup('dbas', 'S0DBAS')] }
    const other = makeEntitlement({ id: 'orders-write', breakGlass: silent })
    const { ann, workspace } = await start({ policy: makeGlassPolicy({ review: REVIEW }, {}, [other]) })
    workspace.fails('usergroups.users.list', { kind: 'reset' })
    await ann.types(LINE)
    await untilGlassFormSays(ann)
    expect(ann.modal?.plain).toContain('whether you may break the glass for orders-write')
    expect(heldBy(ann)).toMatchObject({ entitlement: 'orders-read' })
  })
})

describe('broken glass', () => {
  it('is told loudly to everybody, in words that no other card has, and an approver takes it away by its button', async () => {
    const slack = await start()
    const { ann, lee, sam, dee, requests, security, bot } = slack
    await annBreaks(slack)
    for (const [person, place] of [
      [lee, requests],
      [lee, undefined],
      [dee, undefined],
      [sam, security],
    ] as const) {
      const card = await person.waitsFor('GLASS BROKEN', place ? { in: place } : {})
      for (const words of ['WITHOUT APPROVAL', 'Told: @kim, @lee.']) expect(card.plain).toContain(words)
      expect(card.plain).toContain(WHY)
      expect(card.plain).toContain('A review is owed by')
      expect(card.text).toContain('WITHOUT APPROVAL')
      expect(card.buttons.map(({ label }) => label)).toEqual(['Revoke'])
    }
    await ann.waitsFor('You have Read the orders database')
    const card = await lee.waitsFor('GLASS BROKEN')
    await lee.presses('revoke', card)
    expect(await lee.waitsForModal()).toMatchObject({ callbackId: 'revoke', submit: 'Revoke' })
    await lee.submits({ reason: 'The replica is up: nothing is wrong' })
    await lee.waitsFor('Taking G-')
    await ann.waitsFor('Your access has ended')
    expect(bot.target.held.size).toBe(0)
    await sam.waitsFor('nothing is wrong', { in: security })
    await untilTrue(() => lee.sees(requests).every(({ buttons }) => buttons.every((one) => one.actionId !== 'revoke')))
    expect(bot.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('is taken away by nobody who may not: no form opens', async () => {
    const slack = await start()
    const { ben, requests, bot } = slack
    await annBreaks(slack)
    const card = await ben.waitsFor('GLASS BROKEN', { in: requests })
    await ben.presses('revoke', card)
    await ben.waitsFor('Only approvers of that entitlement', { in: requests })
    expect(ben.modal).toBeUndefined()
    expect(bot.target.held.size).toBe(1)
  })

  it('is reviewed: the requester writes what he did and cannot file; security reads it, and files it', async () => {
    const slack = await start()
    const { ann, sam, security, requests, bot } = slack
    await annBreaks(slack)
    await ann.waitsFor('You have Read the orders database')
    const [request] = await bot.store.requests({ limit: 1 })
    await ann.types(`/breakglass end ${request?.id}`)
    const own = await ann.waitsFor(has('review'))
    await ann.presses('review', own)
    await ann.waitsForModal('review')
    await untilTrue(() => ann.modal?.plain.includes('What did you do with it?') ?? false)
    expect(ann.modal?.fields).not.toHaveProperty('outcome')
    await ann.submits({ reason: 'Restarted the replica, nothing else' })
    await ann.waitsFor('Whoever reviews')

    const loud = await ann.waitsFor(has('review'), { in: requests })
    await ann.presses('review', loud)
    await untilTrue(() => ann.modal?.plain.includes('What did you do with it?') ?? false)
    await ann.closes()

    const card = await sam.waitsFor(has('review'), { in: security })
    expect(card.plain).toContain('Restarted the replica, nothing else')
    await sam.presses('review', card)
    await sam.waitsForModal('review')
    await untilTrue(() => sam.modal?.plain.includes('What does it come to?') ?? false)
    expect(sam.modal?.plain).toContain('Restarted the replica, nothing else')
    expect(offeredTo(sam, 'outcome')).toEqual(['justified', 'not-justified', 'drill'])
    await sam.submits({ outcome: 'drill', reason: '   ' })
    expect(sam.modal?.errors).toMatchObject({ reason: 'Say what you found.' })
    await sam.submits({ outcome: 'drill', reason: 'Announced drill of November' })
    await sam.waitsFor(/Filed: the review of R-\w{6}, drill/)
    expect((await sam.waitsFor('Reviewed by', { in: security })).buttons).toEqual([])
    await sam.waitsFor('Announced drill of November', { in: security })
    expect(await bot.store.review(request?.id ?? 'R-000000')).toMatchObject({ state: 'filed', outcome: 'drill' })
  })

  it('is not reviewed by who is no reviewer', async () => {
    const slack = await start()
    const { ann, ben, bot, requests } = slack
    await annBreaks(slack)
    await ann.waitsFor('You have Read the orders database')
    const [request] = await bot.store.requests({ limit: 1 })
    await ann.types(`/breakglass end ${request?.id}`)
    const card = await ben.waitsFor(has('review'), { in: requests })
    await ben.presses('review', card)
    await untilTrue(() => ben.modal?.plain.includes('Only reviewers or secteam can review it') ?? false)
    expect(ben.modal?.submit).toBeUndefined()
  })
})

describe('after a restart', () => {
  const row = (callback: string, receivedAt: number): Omit<InboxRow, 'id'> => ({
    kind: 'submission',
    receivedAt,
    body: {
      user: 'U0ANN',
      team: 'T0',
      callback,
      metadata: '/',
      values: { entitlement: 'orders-read', purpose: 'incident', ttl: '10m', reason: WHY, confirm: 'orders-read' },
    },
    doneAt: null,
    answer: null,
  })

  it('an old form breaks no glass: it gives access, so it is answered “ask again”', async () => {
    const { ann, bot, time } = await start()
    const old = { id: 'old', ...row(CALLBACK.emergency, time.now() - 2 * MINUTE) }
    await bot.store.receive(old)
    const { policy, store, deps } = bot
    await resume({ ...deps, store, policy, operations: bindOperations(deps) }, [old])
    await ann.waitsFor('I was away when you asked this')
    expect(await bot.store.requests({ limit: 9 })).toEqual([])
    expect(takesAway(old, policy)).toBe(false)
    expect(takesAway({ id: 'x', ...row(CALLBACK.revoke, 0) }, policy)).toBe(true)
  })
})
