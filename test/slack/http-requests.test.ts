import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { App } from '@slack/bolt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HttpReceiver } from '../../src/slack/http-receiver.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
const NOW = 1_795_000_000_000
const FORM = 'application/x-www-form-urlencoded'
const COMMAND = 'command=%2Fbreakglass&text=help&user_id=U0ANN&team_id=T0&channel_id=C0'

function sign(body: string | Buffer, { secret = SECRET, seconds = NOW / 1_000 } = {}): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:`).update(body).digest('hex')
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${digest}` }
}

/** A receiver whose app only counts what reaches it. */
async function startReceiver() {
  const taken: unknown[] = []
  const receiver = new HttpReceiver({
    signingSecret: SECRET,
    address: { host: '127.0.0.1', port: 0 },
    gets: (request, response) => void response.end(`get ${request.url}`),
    clock: { now: () => NOW },
    log: { info() {}, warn() {}, error() {} },
  })
  receiver.init({
    processEvent: async (event: Parameters<App['processEvent']>[0]) => {
      taken.push({ body: event.body, ...event.customProperties })
      await event.ack()
    },
  } as unknown as App)
  await receiver.start()
  onTestFinished(() => receiver.stop())
  const port = receiver.port ?? 0
  return { taken, port, send: (sent: Sent) => send(port, sent) }
}

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
}

function send(port: number, { method = 'POST', path = '/slack/events', headers, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { port, host: '127.0.0.1', method, path, headers: headers as Record<string, string[]>, agent: false },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const big = `${COMMAND}&x=${'y'.repeat(300 * 1024)}`
const jsonArray = '[{"type":"event_callback"}]'
const doubled = `${COMMAND}&text=other`
const twoPayloads = 'payload=%7B%7D&payload=%7B%22type%22%3A%22block_actions%22%7D'
const besidePayload = `payload=${encodeURIComponent('{"type":"block_actions"}')}&ssl_check=1`
const latin = Buffer.from('command=%2Fbreakglass&text=caf\xe9', 'latin1')
const zipped = gzipSync(COMMAND)
const wrongDigest = { ...sign(COMMAND), 'x-slack-signature': `v0=${'0'.repeat(64)}` }
const headersOf = (body: string | Buffer, type = FORM) => ({ 'content-type': type, ...sign(body) })

const bad: readonly [name: string, sent: Sent, status: number][] = [
  ['without signature headers', { headers: { 'content-type': FORM }, body: COMMAND }, 401],
  [
    'without a timestamp',
    { headers: { 'x-slack-signature': sign(COMMAND)['x-slack-signature'] ?? '' }, body: COMMAND },
    401,
  ],
  ['without a signature', { headers: { 'x-slack-request-timestamp': String(NOW / 1_000) }, body: COMMAND }, 401],
  ['with an empty signature', { headers: { ...sign(COMMAND), 'x-slack-signature': '' }, body: COMMAND }, 401],
  ['with a wrong signature', { headers: { 'content-type': FORM, ...wrongDigest }, body: COMMAND }, 401],
  ['with a signature of another secret', { headers: sign(COMMAND, { secret: 'f'.repeat(32) }), body: COMMAND }, 401],
  [
    'with a signature of another body',
    { headers: { 'content-type': FORM, ...sign('command=%2Fother') }, body: COMMAND },
    401,
  ],
  ['with a short signature', { headers: { ...sign(COMMAND), 'x-slack-signature': 'v0=00' }, body: COMMAND }, 401],
  [
    'with a version v1',
    {
      headers: {
        ...sign(COMMAND),
        'x-slack-signature': (sign(COMMAND)['x-slack-signature'] ?? '').replace('v0', 'v1'),
      },
      body: COMMAND,
    },
    401,
  ],
  [
    'with an upper-case digest',
    {
      headers: {
        ...sign(COMMAND),
        'x-slack-signature': `v0=${(sign(COMMAND)['x-slack-signature'] ?? '').slice(3).toUpperCase()}`,
      },
      body: COMMAND,
    },
    401,
  ],
  [
    'six minutes old',
    { headers: { 'content-type': FORM, ...sign(COMMAND, { seconds: NOW / 1_000 - 360 }) }, body: COMMAND },
    401,
  ],
  [
    'six minutes in the future',
    { headers: { 'content-type': FORM, ...sign(COMMAND, { seconds: NOW / 1_000 + 360 }) }, body: COMMAND },
    401,
  ],
  [
    'with a timestamp that is no number',
    { headers: { ...sign(COMMAND), 'x-slack-request-timestamp': 'now' }, body: COMMAND },
    401,
  ],
  [
    'with a negative timestamp',
    { headers: { ...sign(COMMAND), 'x-slack-request-timestamp': '-1795000000' }, body: COMMAND },
    401,
  ],
  [
    'with a doubled signature',
    {
      headers: {
        ...sign(COMMAND),
        'x-slack-signature': [`v0=${'0'.repeat(64)}`, sign(COMMAND)['x-slack-signature'] ?? ''],
      },
      body: COMMAND,
    },
    401,
  ],
  [
    'with a doubled timestamp',
    { headers: { ...sign(COMMAND), 'x-slack-request-timestamp': [String(NOW / 1_000), '1'] }, body: COMMAND },
    401,
  ],
  ['an unsigned ssl_check with a payload', { headers: { 'content-type': FORM }, body: besidePayload }, 401],
  [
    'an unsigned url_verification',
    { headers: { 'content-type': 'application/json' }, body: '{"type":"url_verification","challenge":"x"}' },
    401,
  ],
  ['a signed ssl_check beside a payload', { headers: headersOf(besidePayload), body: besidePayload }, 400],
  ['a JSON array', { headers: headersOf(jsonArray, 'application/json'), body: jsonArray }, 400],
  ['JSON that is none', { headers: headersOf('{"type":', 'application/json'), body: '{"type":' }, 400],
  ['a payload that is no object', { headers: headersOf('payload=%5B%5D'), body: 'payload=%5B%5D' }, 400],
  ['two payloads', { headers: headersOf(twoPayloads), body: twoPayloads }, 400],
  ['a doubled field', { headers: headersOf(doubled), body: doubled }, 400],
  ['an odd charset', { headers: headersOf(COMMAND, `${FORM}; charset=utf-7`), body: COMMAND }, 400],
  ['bytes that are no UTF-8', { headers: headersOf(latin), body: latin }, 400],
  ['a compressed body', { headers: { ...headersOf(zipped), 'content-encoding': 'gzip' }, body: zipped }, 400],
  [
    'a body that is said to be compressed',
    { headers: { ...headersOf(COMMAND), 'content-encoding': 'gzip' }, body: COMMAND },
    400,
  ],
  ['a multipart form', { headers: headersOf(COMMAND, 'multipart/form-data; boundary=x'), body: COMMAND }, 400],
  ['no content type', { headers: sign(COMMAND), body: COMMAND }, 400],
  ['more than 256 KiB', { headers: headersOf(big), body: big }, 413],
  ['more than 256 KiB in chunks', { headers: { ...headersOf(big), 'transfer-encoding': 'chunked' }, body: big }, 413],
  ['another path', { path: '/', headers: headersOf(COMMAND), body: COMMAND }, 404],
  ['another method', { method: 'PUT', headers: headersOf(COMMAND), body: COMMAND }, 405],
]

describe('a request that is not Slack’s', () => {
  it.each(bad)('%s reaches no handler', async (_name, sent, status) => {
    const { taken, send } = await startReceiver()
    expect(await send(sent)).toBe(status)
    expect(taken).toEqual([])
  })

  it('is counted: at least 24 kinds are known', () => expect(bad.length).toBeGreaterThanOrEqual(24))

  it('that never ends is cut off', async () => {
    const { taken, port } = await startReceiver()
    const socket = connect(port, '127.0.0.1')
    const ended = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(`POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 9`)
    await ended
    expect(taken).toEqual([])
  })
})

describe('a request of Slack', () => {
  const payload = `payload=${encodeURIComponent('{"type":"block_actions","actions":[]}')}`

  it.each([
    ['a command', headersOf(COMMAND), COMMAND],
    ['a payload', headersOf(payload), payload],
    ['an event', headersOf('{"type":"event_callback"}', 'application/json'), '{"type":"event_callback"}'],
    ['a form with a charset', headersOf(COMMAND, `${FORM}; charset=UTF-8`), COMMAND],
    ['one 299 seconds old', { 'content-type': FORM, ...sign(COMMAND, { seconds: NOW / 1_000 - 299 }) }, COMMAND],
    ['one 299 seconds ahead', { 'content-type': FORM, ...sign(COMMAND, { seconds: NOW / 1_000 + 299 }) }, COMMAND],
  ])('%s is taken, once, under its signature', async (_name, headers: Record<string, string>, body) => {
    const { taken, send } = await startReceiver()
    expect(await send({ headers, body })).toBe(200)
    expect(taken).toEqual([expect.objectContaining({ inboxId: headers['x-slack-signature'] })])
  })

  it.each([
    ['url_verification', 'application/json', '{"type":"url_verification","challenge":"x"}'],
    ['ssl_check', FORM, 'ssl_check=1&token=x'],
  ])('%s is answered without a handler', async (_name, type, body) => {
    const { taken, send } = await startReceiver()
    expect(await send({ headers: headersOf(body, type), body })).toBe(200)
    expect(taken).toEqual([])
  })

  it('for a GET goes to whoever serves those', async () => {
    const { port } = await startReceiver()
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('get /healthz')
  })
})

it('refuses a signing secret that is too short to be one', () => {
  const options = { address: { host: '127.0.0.1', port: 0 }, gets: () => undefined, clock: { now: () => NOW } }
  const log = { info() {}, warn() {}, error() {} }
  expect(() => new HttpReceiver({ ...options, log, signingSecret: '' })).toThrow('SLACK_SIGNING_SECRET')
})
