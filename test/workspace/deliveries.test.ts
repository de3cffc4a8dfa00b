import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { itWithShared, readShared } from '../support/shared.ts'
import { type Mode, makeClock, makeWorkspace, startBareBot, startBot } from './bot.ts'

const { slashCommand: slash = {} } = readShared('recorded/slash-commands_slack.json') as { slashCommand?: object }

describe('a signed delivery', () => {
  it('carries the v0 signature of its body and instant', async () => {
    const clock = makeClock()
    const workspace = await makeWorkspace({ now: clock.now })
    const received = await startBareBot(workspace)
    await workspace.person('ann').types('/breakglass list')
    const [{ headers, body } = { headers: {}, body: '' }] = received
    const timestamp = String(clock.now() / 1000)
    const digest = createHmac('sha256', workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    })
  })

  itWithShared('of a command has exactly the fields that Slack was recorded to send', async () => {
    const workspace = await makeWorkspace()
    const received = await startBareBot(workspace)
    const ann = workspace.person('ann')
    const requests = workspace.channel('requests', { members: [ann] })
    await ann.types('/breakglass orders-read 15m  two  spaces', { in: requests })
    const fields = Object.fromEntries(new URLSearchParams(received[0]?.body))
    expect(Object.keys(fields).toSorted()).toEqual(Object.keys(slash).toSorted())
    expect(fields).toMatchObject({
      command: '/breakglass',
      text: 'orders-read 15m  two  spaces',
      channel_id: 'C0REQUESTS',
      channel_name: 'requests',
      user_id: 'U0ANN',
      is_enterprise_install: 'false',
    })
    expect(fields.response_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/commands\//)
  })

  it('names private channels and direct conversations as Slack does, and the organisation on Enterprise Grid', async () => {
    const enterprise = { id: 'E0ORG', name: 'org' }
    const workspace = await makeWorkspace({ enterprise })
    const received = await startBareBot(workspace)
    const ann = workspace.person('ann')
    const security = workspace.channel('security', { private: true, members: [ann] })
    await ann.types('/breakglass')
    await ann.types('/breakglass', { in: security })
    const fields = received.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
    expect(fields.map((one) => one.channel_name)).toEqual(['directmessage', 'privategroup'])
    expect(fields[0]).toMatchObject({ text: '', enterprise_id: 'E0ORG', enterprise_name: 'org' })
  })
})

describe('the acknowledgement of a command', () => {
  it.each([
    ['plain text', 'text/plain', 'On it', 'On it'],
    ['JSON', 'application/json', JSON.stringify({ text: 'On it' }), 'On it'],
    [
      'blocks',
      'application/json; charset=utf-8',
      JSON.stringify({ blocks: [{ type: 'header', text: { type: 'plain_text', text: 'On it' } }] }),
      'On it',
    ],
  ])('with %s is an ephemeral message', async (_name, type, body, plain) => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace, (_received, response) => response.setHeader('content-type', type).end(body))
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    const requests = workspace.channel('requests', { members: [ann, lee] })
    const { message } = await ann.types('/breakglass', { in: requests })
    expect(message).toMatchObject({ plain, isEphemeral: true })
    expect(ann.sees(requests)).toHaveLength(1)
    expect(lee.sees(requests)).toEqual([])
  })

  it('may speak to the whole channel', async () => {
    const workspace = await makeWorkspace()
    const body = JSON.stringify({ text: 'Hello all', response_type: 'in_channel' })
    await startBareBot(workspace, (_received, response) =>
      response.setHeader('content-type', 'application/json').end(body),
    )
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    const requests = workspace.channel('requests', { members: [ann, lee] })
    await ann.types('/breakglass', { in: requests })
    expect(lee.sees(requests).map(({ plain }) => plain)).toEqual(['Hello all'])
  })

  it('with blocks that are wrong shows an error instead', async () => {
    const workspace = await makeWorkspace()
    const body = JSON.stringify({ blocks: [{ type: 'blink' }] })
    await startBareBot(workspace, (_received, response) =>
      response.setHeader('content-type', 'application/json').end(body),
    )
    const ann = workspace.person('ann')
    expect(await ann.types('/breakglass')).toMatchObject({ acknowledged: true, error: 'invalid_blocks' })
    expect(ann.dms.at(-1)?.plain).toBe('/breakglass failed with the error "invalid_blocks"')
  })
})

describe('a command that is not acknowledged', () => {
  it('in time shows operation_timeout to the person, and is never sent again', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 50, eventRetriesMs: [0, 0, 0] })
    const received = await startBareBot(workspace, () => {})
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    const requests = workspace.channel('requests', { members: [ann, lee] })
    const saw = await ann.types('/breakglass', { in: requests })
    expect(saw).toMatchObject({ acknowledged: false, error: 'operation_timeout' })
    expect(ann.sees(requests).map(({ plain }) => plain)).toEqual([
      '/breakglass failed with the error "operation_timeout"',
    ])
    expect(lee.sees(requests)).toEqual([])
    expect(received).toHaveLength(1)
  })

  it('with success shows dispatch_failed', async () => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace, (_received, response) => response.writeHead(404).end())
    const saw = await workspace.person('ann').types('/breakglass')
    expect(saw).toMatchObject({ acknowledged: false, error: 'dispatch_failed' })
  })

  it('because the bot is away shows dispatch_failed', async () => {
    const workspace = await makeWorkspace()
    const ann = workspace.person('ann')
    expect(await ann.types('/breakglass')).toMatchObject({ error: 'dispatch_failed' })
    workspace.deliverTo('http://127.0.0.1:1/slack/events')
    expect(await ann.types('/breakglass')).toMatchObject({ error: 'dispatch_failed' })
  })

  it('waits three seconds unless told otherwise', async () => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace, () => {})
    const started = performance.now()
    await workspace.person('ann').types('/breakglass')
    const seconds = (performance.now() - started) / 1000
    expect(seconds).toBeGreaterThan(2.9)
    expect(seconds).toBeLessThan(10)
  })
})

describe.each<Mode>(['HTTP', 'Socket Mode'])('an attacker, over %s,', (mode) => {
  it('may send a payload that nobody caused, and Slack’s own signature makes the bot believe it', async () => {
    const workspace = await makeWorkspace()
    const texts: string[] = []
    await startBot(workspace, mode, (app) =>
      app.command('/breakglass', async ({ ack, command }) => {
        texts.push(command.text)
        await ack()
      }),
    )
    await workspace.person('ann').types('/breakglass first')
    const [first] = workspace.deliveries
    const forged = await workspace.delivers({ ...first?.payload, text: 'forged' })
    expect(forged.ack.kind).toBe('acknowledged')
    const repeated = await workspace.repeats(forged)
    expect(repeated.wire).toEqual(forged.wire)
    expect(texts).toEqual(['first', 'forged', 'forged'])
  })
})

describe('an attacker without the secret', () => {
  it('is refused by Bolt, whatever is wrong with the signature', async () => {
    const workspace = await makeWorkspace()
    const texts: string[] = []
    await startBot(workspace, 'HTTP', (app) =>
      app.command('/breakglass', async ({ ack, command }) => {
        texts.push(command.text)
        await ack()
      }),
    )
    await workspace.person('ann').types('/breakglass first')
    const { payload } = workspace.deliveries[0] ?? { payload: {} }
    const body = new URLSearchParams(payload as Record<string, string>).toString()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const attempts = [
      {},
      workspace.signs(body, { secret: 'guessed' }),
      workspace.signs(`${body}&text=other`),
      workspace.signs(body, { at: Date.now() - 600_000 }),
    ]
    for (const headers of attempts) {
      expect((await workspace.sends(body, { ...form, ...headers })).status).toBe(401)
    }
    expect((await workspace.sends(body, { ...form, ...workspace.signs(body) })).status).toBe(200)
    expect(texts).toEqual(['first', 'first'])
  })
})
