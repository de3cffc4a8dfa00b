import { describe, expect, it } from 'vitest'
import type { Workspace } from '../../src/workspace/workspace.ts'
import { itWithShared, readShared } from '../support/shared.ts'
import { makeWorkspace, type Received, startBareBot, startBot } from './bot.ts'
import { manifestWithout } from './manifest.ts'
import { keys } from './shape.ts'

/** Delivers enough, one after the other, for whatever is under way to arrive before. */
async function letOthersPass(workspace: Workspace): Promise<void> {
  for (let count = 0; count < 10; count += 1) await workspace.delivers({ type: 'event_callback' })
}

/** The numbers of the attempts to tell the bot of this person. */
function retriesOf(received: readonly Received[], user: string): unknown[] {
  return received.filter(({ body }) => body.includes(user)).map(({ headers }) => headers['x-slack-retry-num'])
}

describe('an event', () => {
  itWithShared('reaches the bot in the envelope of the Events API', async () => {
    const workspace = await makeWorkspace()
    const received = await startBareBot(workspace)
    await workspace.admin.deactivates(workspace.person('ann'))
    const [{ headers, body } = { headers: {}, body: '{}' }] = received
    expect(headers['content-type']).toBe('application/json')
    const payload = JSON.parse(body) as object
    expect(payload).toMatchObject({
      type: 'event_callback',
      event: { type: 'user_change', user: { id: 'U0ANN', deleted: true } },
    })
    const { event: _theirs, ...sample } = readShared('samples/AppHomeOpenedPayload.json') as { event: unknown }
    const { event: _ours, ...envelope } = payload as { event: unknown }
    expect(keys(sample)).toEqual(expect.arrayContaining(keys(envelope)))
  })

  it('is sent again until it is acknowledged, with its number and reason', async () => {
    const workspace = await makeWorkspace({ eventRetriesMs: [0, 0, 0] })
    const done = Promise.withResolvers<void>()
    const received = await startBareBot(workspace, (one, response) => {
      const last = one.headers['x-slack-retry-num'] === '2'
      response.writeHead(last ? 200 : 500).end()
      if (last) done.resolve()
    })
    await workspace.admin.deactivates(workspace.person('ann'))
    await done.promise
    const retries = received.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])
    expect(retries).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ])
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  })

  it('is sent four times in all, and then no more', async () => {
    const workspace = await makeWorkspace({ eventRetriesMs: [0, 0, 0] })
    const last = Promise.withResolvers<void>()
    workspace.state.onChange((changed) => {
      if (changed.kind === 'delivery' && workspace.deliveries.length === 4) last.resolve()
    })
    const received = await startBareBot(workspace, (_one, response) => response.writeHead(500).end())
    await workspace.admin.deactivates(workspace.person('ann'))
    await last.promise
    await letOthersPass(workspace)
    expect(retriesOf(received, 'U0ANN')).toEqual([undefined, '1', '2', '3'])
  })

  it('is not sent again to a bot that says so with its refusal', async () => {
    const workspace = await makeWorkspace({ eventRetriesMs: [0, 0, 0] })
    const received = await startBareBot(workspace, (_one, response) =>
      response.writeHead(500, { 'x-slack-no-retry': '1' }).end(),
    )
    await workspace.admin.deactivates(workspace.person('ann'))
    await letOthersPass(workspace)
    expect(retriesOf(received, 'U0ANN')).toEqual([undefined])
  })

  it('is not sent if the manifest does not subscribe to it', async () => {
    const workspace = await makeWorkspace({ manifest: manifestWithout('- user_change') })
    const received = await startBareBot(workspace)
    await workspace.admin.deactivates(workspace.person('ann'))
    expect(received).toEqual([])
  })
})

describe('a request URL', () => {
  it('is verified by a signed challenge that the app gives back, as Slack’s own SDK does', async () => {
    const workspace = await makeWorkspace()
    await startBot(workspace, 'HTTP', () => {})
    expect(await workspace.verifiesUrl()).toBe(true)
    expect(workspace.deliveries.at(-1)).toMatchObject({ kind: 'event', payload: { type: 'url_verification' } })
  })

  it.each([
    ['text', 'text/plain', (challenge: string) => challenge],
    ['a form', 'application/x-www-form-urlencoded', (challenge: string) => `challenge=${challenge}`],
    ['JSON', 'application/json', (challenge: string) => JSON.stringify({ challenge })],
  ])('may answer with %s', async (_name, type, answer) => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace, ({ body }, response) => {
      const { challenge } = JSON.parse(body) as { challenge: string }
      response.setHeader('content-type', type).end(answer(challenge))
    })
    expect(await workspace.verifiesUrl()).toBe(true)
  })

  it('that does not know the challenge, or is not there, is not the app’s', async () => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace, (_one, response) => response.end('ok'))
    expect(await workspace.verifiesUrl()).toBe(false)
    workspace.deliverTo('http://127.0.0.1:1/slack/events')
    expect(await workspace.verifiesUrl()).toBe(false)
  })
})
