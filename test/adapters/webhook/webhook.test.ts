import { createHmac } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { AdapterError, type Call } from '../../../src/adapters/contract.ts'
import { webhook } from '../../../src/adapters/webhook/definition.ts'
import { listen, type Visit, WebhookTarget } from './target.ts'

const SECRET = 'canary-secret-of-the-webhook'
const NOW = Date.UTC(2026, 2, 1, 10, 0, 0, 999)
const call: Call<unknown> = {
  grantId: 'G-7KQ2M4',
  subject: 'ann@example.com',
  account: 'ann "lee"',
  entitlement: 'orders-read',
  access: { role: 'orders_read', scopes: ['a', null] },
  expiresAt: Date.UTC(2026, 2, 1, 10, 15),
  round: 3,
}
const soon = () => AbortSignal.timeout(10_000)

async function makeTarget(misbehave?: (visit: Visit) => void): Promise<WebhookTarget> {
  const target = new WebhookTarget(SECRET)
  target.misbehave = misbehave
  await target.start()
  onTestFinished(() => target.stop())
  return target
}

async function failureOf(url: string, signal = soon()): Promise<AdapterError> {
  const adapter = await webhook.open({ url, secret: SECRET }, Date.now)
  const error = await adapter.grant(call, signal).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AdapterError)
  return error as AdapterError
}

it('says to the letter what the contract says', async () => {
  const yes = '{"held":true,"more":1}'
  const target = await makeTarget(({ body, answer }) =>
    answer({ status: 200, body: body.includes('"list"') ? '{"grants":[]}' : yes }),
  )
  const adapter = await webhook.open({ url: target.url, secret: SECRET }, () => NOW)
  await adapter.grant({ ...call, round: 0 }, soon())
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  expect(await adapter.list?.(soon())).toEqual([])

  const facts =
    '"grant_id":"G-7KQ2M4","subject":"ann@example.com","account":"ann \\"lee\\"","entitlement":"orders-read","access":{"role":"orders_read","scopes":["a",null]},"expires_at":"2026-03-01T10:15:00.000Z"}'
  expect(target.visits.map(({ body }) => body)).toEqual([
    `{"operation":"grant",${facts}`,
    `{"operation":"revoke",${facts}`,
    `{"operation":"holds",${facts}`,
    '{"operation":"list"}',
  ])
  const headers = (name: string) => target.visits.map(({ request }) => request.headers[name])
  expect(headers('idempotency-key')).toEqual(['G-7KQ2M4:grant', 'G-7KQ2M4:revoke:3', undefined, undefined])
  expect(headers('x-breakglass-timestamp')).toEqual(Array(4).fill('1772359200'))
  expect(headers('x-breakglass-signature')).toEqual(
    target.visits.map(({ body }) => `v1=${createHmac('sha256', SECRET).update(`1772359200.${body}`).digest('hex')}`),
  )
  expect(target.visits.map(({ request }) => request.method)).toEqual(Array(4).fill('POST'))
})

it('dates its calls with the time of now, also without a clock', async () => {
  const target = await makeTarget()
  const adapter = await webhook.open({ url: target.url, secret: SECRET }, Date.now)
  await adapter.grant(call, soon())
  expect(target.complaints).toEqual([])
})

it.each([
  [300, 'misconfigured', false],
  [304, 'misconfigured', false],
  [308, 'misconfigured', false],
  [400, 'rejected', false],
  [401, 'misconfigured', false],
  [402, 'rejected', false],
  [403, 'misconfigured', false],
  [404, 'misconfigured', false],
  [405, 'misconfigured', false],
  [408, 'unreachable', true],
  [409, 'unreachable', true],
  [410, 'misconfigured', false],
  [422, 'rejected', false],
  [425, 'unreachable', false],
  [429, 'unreachable', false],
  [451, 'rejected', false],
  [500, 'unreachable', true],
  [501, 'unreachable', true],
  [503, 'unreachable', true],
  [599, 'unreachable', true],
])('takes an answer of %d as %s, whatever its body says', async (status, kind, outcomeUnknown) => {
  const target = await makeTarget(({ answer }) => answer({ status, body: status === 304 ? '' : '{"held":true}' }))
  const error = await failureOf(target.url)
  expect(error).toMatchObject({ kind, outcomeUnknown })
  expect(error.message).toContain(`${status}`)
})

it('takes “held: false” for a grant as “not yet”: holds is asked', async () => {
  const target = await makeTarget(({ answer }) => answer({ status: 202, body: '{"held":false}' }))
  const adapter = await webhook.open({ url: target.url, secret: SECRET }, Date.now)
  await expect(adapter.grant(call, soon())).resolves.toBeUndefined()
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('does not believe an answer that means nothing, and does not know what was done', async () => {
  const target = await makeTarget(({ answer }) => answer({ status: 200, body: '<title>canary</title>' }))
  const error = await failureOf(target.url)
  expect(error).toMatchObject({ kind: 'rejected', outcomeUnknown: true })
  expect(error.message).not.toContain('canary')
})

it('reads a list of thousands, and no nonsense', async () => {
  const held = Array.from({ length: 5_000 }, (_, at) => ({ grant_id: `G-${at}`, account: 'ann', entitlement: 'e' }))
  let body = JSON.stringify({ grants: held })
  const target = await makeTarget(({ answer }) => answer({ status: 200, body }))
  const adapter = await webhook.open({ url: target.url, secret: SECRET }, Date.now)
  const listed = await adapter.list?.(soon())
  expect(listed).toHaveLength(5_000)
  expect(listed?.[7]).toEqual({ grantId: 'G-7', account: 'ann', entitlement: 'e' })
  body = '{"grants":[{"grant_id":null,"account":"lee","entitlement":null}]}'
  expect(await adapter.list?.(soon())).toEqual([{ grantId: null, account: 'lee', entitlement: null }])
  for (body of ['{"grants":{}}', '{"held":false}', '{"grants":[{"account":1}]}']) {
    await expect(adapter.list?.(soon())).rejects.toMatchObject({ kind: 'rejected' })
  }
})

it('knows that a call which found nobody has done nothing', async () => {
  const target = await makeTarget()
  await target.stop()
  const error = await failureOf(target.url)
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  expect(error.message).toBe('The webhook cannot be reached: ECONNREFUSED.')
  expect(await failureOf('http://no-such-host.invalid/x')).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  expect(await failureOf(target.url.replace('127.0.0.1', 'localhost'))).toMatchObject({ outcomeUnknown: false })
})

it('stops within milliseconds when it is aborted, and hangs up', async () => {
  const came = Promise.withResolvers<Visit>()
  const target = await makeTarget(came.resolve)
  const abort = new AbortController()
  const failure = failureOf(target.url, abort.signal)
  const { request } = await came.promise
  const hungUp = new Promise((resolve) => request.socket.once('close', resolve))
  const started = performance.now()
  abort.abort()
  expect(await failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  expect(performance.now() - started).toBeLessThan(100)
  await hungUp
})

it('does not even connect when it is aborted before', async () => {
  const target = await makeTarget()
  expect(await failureOf(target.url, AbortSignal.abort())).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  expect(target.visits).toEqual([])
})

it.each([
  ['speaks no HTTP', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'unreachable'],
  ['hangs up at once', (socket: Socket) => void socket.destroy(), 'unreachable'],
  ['breaks off in the middle of a chunk', (socket: Socket) => void socket.end(HALF_A_CHUNK), 'unreachable'],
])('does not know what a server did that %s', async (_, accept, kind) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => accept(socket))
  })
  await listen(server, 0)
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  expect(await failureOf(`http://127.0.0.1:${port}/`)).toMatchObject({ kind, outcomeUnknown: true })
})

const HALF_A_CHUNK = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"held":false}'

it('tells operators of a target that speaks no TLS', async () => {
  const target = await makeTarget()
  const error = await failureOf(target.url.replace('http:', 'https:'))
  expect(error).toMatchObject({ kind: 'misconfigured', outcomeUnknown: false })
})

it('never unpacks an answer, so that a small one cannot become a large one', async () => {
  const target = await makeTarget(({ answer }) => answer({ status: 200, body: '{"held":true}' }))
  const adapter = await webhook.open({ url: target.url, secret: SECRET }, Date.now)
  await adapter.grant(call, soon())
  expect(target.visits[0]?.request.headers['accept-encoding']).toBe('identity')
})

it('holds no secret in any error, nor in itself', async () => {
  const target = await makeTarget(({ answer }) => answer({ status: 500, body: '' }))
  const adapter = await webhook.open({ url: target.url, secret: SECRET }, Date.now)
  const seen = [await failureOf(target.url), await failureOf('http://127.0.0.1:6000/canary-path'), adapter]
  await target.stop()
  seen.push(await failureOf(target.url))
  for (const one of seen) expect(inspect(one, { depth: 10, showHidden: true })).not.toContain('canary')
})
