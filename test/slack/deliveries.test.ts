import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import type { Store } from '../../src/core/store.ts'
import { makePolicy } from '../support/make.ts'
import { makeSlack, startBot, untilTrue } from './bot.ts'

const ASK = '/breakglass orders-read 15m INC-42 replica lag'
const signal = new AbortController().signal
const delivery = (effect: Effect, attempts = 0) => ({ id: 1, effect, lane: '', attempts, epoch: 1 })

/** A bot with one pending request, drawn everywhere. */
async function startWithRequest() {
  const slack = await makeSlack()
  const bot = await startBot(slack)
  await slack.ann.types(ASK)
  await slack.lee.waitsFor('Waiting', { in: slack.requests })
  await slack.ann.waitsFor('Waiting for leads')
  await slack.sam.waitsFor('asked for access', { in: slack.security })
  const [request] = await bot.store.requests({ limit: 1 })
  if (!request) throw new Error('no request')
  await untilTrue(async () => (await bot.store.copiesOf(request.id)).every(({ ts }) => ts !== null))
  const copy = (await bot.store.copiesOf(request.id)).find(({ audience }) => audience === 'approvers')
  if (!copy) throw new Error('no copy')
  const draw: Effect = { kind: 'draw', copy: copy.id, destination: copy.destination, dueAt: 0 }
  return { ...slack, bot, request, copy, draw }
}

describe('a card', () => {
  it('is posted once, recorded, and updated in place from then on', async () => {
    const { bot, draw, workspace, requests, lee } = await startWithRequest()
    await bot.slack.deliver.draw(delivery(draw), signal)
    expect(workspace.callsTo('chat.update')).toHaveLength(1)
    expect(lee.sees(requests).filter(({ isEphemeral }) => !isEphemeral)).toHaveLength(1)
  })

  it.each([
    'message_not_found',
    'is_archived',
    'not_in_channel',
    'channel_not_found',
    'user_disabled',
    'msg_too_long',
    'invalid_blocks',
  ])('that Slack will never take (%s) is given up, and logged', async (error) => {
    const { bot, draw, workspace } = await startWithRequest()
    workspace.fails('chat.update', { kind: 'error', error })
    expect(await bot.slack.deliver.draw(delivery(draw), signal)).toEqual({ kind: 'done' })
    expect(bot.lines.at(-1)).toMatchObject({ level: 'warn', facts: { code: error } })
  })

  it.each([
    ['an error that may pass', { kind: 'error', error: 'internal_error' }],
    ['a token that an operator can mend', { kind: 'error', error: 'invalid_auth' }],
    ['HTTP 500', { kind: 'status', status: 500 }],
    ['a broken connection', { kind: 'reset' }],
  ] as const)('that meets %s is tried again', async (_name, fault) => {
    const { bot, draw, workspace } = await startWithRequest()
    workspace.fails('chat.update', fault)
    expect(await bot.slack.deliver.draw(delivery(draw), signal)).toEqual({ kind: 'again' })
  })

  it('waits as long as Slack asks, and Slack is not asked meanwhile', async () => {
    const { bot, draw, workspace, time } = await startWithRequest()
    workspace.fails('chat.update', { kind: 'rate limited', retryAfter: 20, times: 1 })
    expect(await bot.slack.deliver.draw(delivery(draw), signal)).toEqual({ kind: 'again', afterMs: 20_000 })
    const calls = workspace.callsTo('chat.update').length
    expect(await bot.slack.deliver.draw(delivery(draw), signal)).toMatchObject({ kind: 'again' })
    expect(workspace.callsTo('chat.update')).toHaveLength(calls)
    time.ahead += 20_000
    expect(await bot.slack.deliver.draw(delivery(draw), signal)).toEqual({ kind: 'done' })
  })

  it('whose posting was recorded by a press meanwhile is posted once in the end', async () => {
    const slack = await makeSlack()
    const { ann, lee, requests, workspace } = slack
    let pressed = false
    await startBot(slack, { store: (store) => pressFirst(store, () => pressed) })
    pressed = true
    await ann.types(ASK)
    await untilTrue(() => workspace.callsTo('chat.delete').length > 0)
    expect(lee.sees(requests).filter(({ isEphemeral }) => !isEphemeral)).toHaveLength(0)
  })

  it('goes to approvers as direct messages where there is no channel for requests', async () => {
    const slack = await makeSlack()
    await startBot(slack, { policy: makePolicy({ requestsChannel: undefined }) })
    await slack.ann.types(ASK)
    await slack.lee.presses('approve', await slack.lee.waitsFor('Waiting for approval'))
    await slack.kim.waitsFor('Approved by @lee')
    await slack.ann.waitsFor('You have Read')
  })
})

/** A store in which a press has recorded another message of every copy just before its posting is recorded. */
function pressFirst(store: Store, active: () => boolean): Store {
  const commit: Store['commit'] = async (change) => {
    const copy = change.copies?.[0]
    if (active() && copy?.ts && copy.version > 0) {
      await store.commit({ copies: [{ ...copy, ts: '1.000001' }] })
    }
    return store.commit(change)
  }
  return Object.assign(Object.create(store) as Store, { commit })
}

describe('an answer', () => {
  it('goes by direct message when the response URL is used up', async () => {
    const slack = await makeSlack()
    await startBot(slack)
    slack.workspace.fails('response_url', { kind: 'status', status: 404 })
    await slack.ann.types('/breakglass mine', { in: slack.requests })
    const answer = await slack.ann.waitsFor('You have no access now')
    expect(answer.isEphemeral).toBe(false)
  })

  it.each([302, 429, 500])('waits when the response URL answers %s: it is not used up', async (status) => {
    const slack = await makeSlack()
    await startBot(slack)
    slack.workspace.fails('response_url', { kind: 'status', status, times: 1 })
    await slack.ann.types('/breakglass mine', { in: slack.requests })
    const answer = await slack.ann.waitsFor('You have no access now', { in: slack.requests })
    expect(answer.isEphemeral).toBe(true)
  })

  it('is tried again while Slack is busy, then goes by direct message', async () => {
    const { bot, workspace, ann, time } = await startWithRequest()
    const responseUrl = 'http://127.0.0.1:1/response'
    const body = { user: ann.id, team: 'T', channel: 'C', text: 'mine', responseUrl }
    await bot.store.receive({ id: 'row', kind: 'command', receivedAt: time.now(), body, doneAt: null, answer: null })
    await bot.store.commit({ answers: { inbox: 'row', at: 1, sentence: 'Here you are.' } })
    const effect: Effect = { kind: 'answer', inbox: 'row', dueAt: 0 }
    expect(await bot.slack.deliver.answer(delivery(effect), signal)).toEqual({ kind: 'again' })
    expect(await bot.slack.deliver.answer(delivery(effect, 3), signal)).toEqual({ kind: 'done' })
    await ann.waitsFor('Here you are.')
    expect(workspace.callsTo('chat.postEphemeral')).toEqual([])
  })
})

describe('the security feed', () => {
  it('tells every event once, although Slack is down for a while', async () => {
    const slack = await makeSlack()
    const { ann, sam, security, workspace } = slack
    const bot = await startBot(slack)
    const mended = workspace.fails('chat.postMessage', { kind: 'status', status: 503 })
    await ann.types(ASK)
    await untilTrue(async () => (await bot.store.events({ limit: 10 })).length > 0)
    await untilTrue(() => workspace.callsTo('chat.postMessage').length > 1)
    mended()
    slack.time.ahead += 60_000
    bot.scheduler.wake()
    await sam.waitsFor('asked for access', { in: security })
    expect(sam.sees(security)).toHaveLength(1)
  })

  it('skips nothing when the channel is gone: all of it is told later', async () => {
    const { bot, workspace, sam, security } = await startWithRequest()
    const mended = workspace.fails('chat.postMessage', { kind: 'error', error: 'not_in_channel' })
    await bot.store.commit({ events: [{ name: 'bot.paused', at: 1, actor: 'U0SAM' }] })
    const effect: Effect = { kind: 'feed', dueAt: 0 }
    expect(await bot.slack.deliver.feed(delivery(effect), signal)).toEqual({ kind: 'done' })
    mended()
    await bot.slack.deliver.feed(delivery(effect), signal)
    await sam.waitsFor('paused: no new access', { in: security })
  })

  it('is not held up by events that Slack does not show', async () => {
    const { bot, workspace, sam, security } = await startWithRequest()
    workspace.fails('chat.postMessage', { kind: 'error', error: 'invalid_blocks', times: 1 })
    await bot.store.commit({ events: [{ name: 'bot.paused', at: 1, actor: 'U0SAM' }] })
    const effect: Effect = { kind: 'feed', dueAt: 0 }
    expect(await bot.slack.deliver.feed(delivery(effect), signal)).toEqual({ kind: 'done' })
    await sam.waitsFor('could not be shown here', { in: security })
    const events = await bot.store.events({ limit: 100 })
    expect(await bot.store.fedUpTo('security')).toBe(events.at(-1)?.sequence)
  })
})
