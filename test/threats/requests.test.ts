import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startTown, until } from './town.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

interface Sent {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
  readonly path?: string
}

function send(url: string, { headers, body, path }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const to = path === undefined ? url : new URL(path, url)
    const outgoing = httpRequest(to, { method: 'POST', headers: headers as Record<string, string[]>, agent: false })
    outgoing.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** A hundred ways in which a request is not one of Slack's; `body` would open a request if it were taken. */
function badRequests(secret: string, body: string, press: string): readonly (readonly [name: string, Sent])[] {
  const now = Math.floor(Date.now() / 1_000)
  const sign = (what: string | Buffer, at = now, key = secret) => ({
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${createHmac('sha256', key).update(`v0:${at}:`).update(what).digest('hex')}`,
  })
  const form = { 'content-type': FORM }
  const good = sign(body)
  const signature = good['x-slack-signature']
  const signed = (what: string | Buffer, more: Record<string, string> = form) => ({ ...more, ...sign(what) })
  const array = `[${JSON.stringify({ type: 'event_callback' })}]`
  const zipped = gzipSync(body)
  const utf16 = Buffer.from(body, 'utf16le')
  const beside = `${press}&ssl_check=1`
  return [
    ['unsigned', { headers: form, body }],
    ['unsigned, with a press', { headers: form, body: press }],
    ['unsigned, as ssl_check', { headers: form, body: `ssl_check=1&${body}` }],
    ['unsigned, as ssl_check beside a press (CVE of Bolt before 4.7.2)', { headers: form, body: beside }],
    ['unsigned JSON', { headers: { 'content-type': JSON_TYPE }, body: '{"command":"/breakglass"}' }],
    ['without a signature', { headers: { ...form, 'x-slack-request-timestamp': String(now) }, body }],
    ['without a timestamp', { headers: { ...form, 'x-slack-signature': signature }, body }],
    ['with a zero signature', { headers: { ...form, ...good, 'x-slack-signature': `v0=${'0'.repeat(64)}` }, body }],
    ['with an empty signature', { headers: { ...form, ...good, 'x-slack-signature': '' }, body }],
    ['with a cut signature', { headers: { ...form, ...good, 'x-slack-signature': signature.slice(0, 66) }, body }],
    ['with version v1', { headers: { ...form, ...good, 'x-slack-signature': signature.replace('v0', 'v1') }, body }],
    ['with an upper-case digest', { headers: { ...form, ...good, 'x-slack-signature': upper(signature) }, body }],
    ['signed by another secret', { headers: { ...form, ...sign(body, now, 'x'.repeat(32)) }, body }],
    ['signed by an empty secret', { headers: { ...form, ...sign(body, now, '') }, body }],
    ['signed for another body', { headers: { ...form, ...sign(`${body}&x=1`) }, body }],
    ['signed for another instant', { headers: { ...form, ...good, 'x-slack-request-timestamp': `${now - 1}` }, body }],
    ['301 s old', { headers: { ...form, ...sign(body, now - 301) }, body }],
    ['a year old', { headers: { ...form, ...sign(body, now - 31_536_000) }, body }],
    ['302 s in the future', { headers: { ...form, ...sign(body, now + 302) }, body }],
    [
      'with a fraction in its timestamp',
      { headers: { ...form, ...good, 'x-slack-request-timestamp': `${now}.0` }, body },
    ],
    ['with a negative timestamp', { headers: { ...form, ...good, 'x-slack-request-timestamp': `-${now}` }, body }],
    ['with a timestamp in hex', { headers: { ...form, ...good, 'x-slack-request-timestamp': '0x1' }, body }],
    ['with a doubled signature', { headers: { ...form, ...good, 'x-slack-signature': [signature, 'v0=00'] }, body }],
    ['with a doubled timestamp', { headers: { ...form, ...good, 'x-slack-request-timestamp': [`${now}`, '1'] }, body }],
    ['signed, but a JSON array', { headers: signed(array, { 'content-type': JSON_TYPE }), body: array }],
    ['signed, but compressed', { headers: { ...signed(zipped), 'content-encoding': 'gzip' }, body: zipped }],
    ['signed, but in UTF-16', { headers: signed(utf16, { 'content-type': `${FORM}; charset=utf-16` }), body: utf16 }],
    ['signed, but in UTF-7', { headers: signed(body, { 'content-type': `${FORM}; charset=utf-7` }), body }],
    ['signed, but as text', { headers: signed(body, { 'content-type': 'text/plain' }), body }],
    ['signed, but with two payloads', { headers: signed(`${press}&${press}`), body: `${press}&${press}` }],
    ['signed, but with a doubled field', { headers: signed(`${body}&user_id=U0LEE`), body: `${body}&user_id=U0LEE` }],
    ['signed, a press beside ssl_check', { headers: signed(beside), body: beside }],
    ['signed, on another path', { headers: signed(body), body, path: '/slack/event' }],
  ]
}

function upper(signature: string): string {
  return `v0=${signature.slice(3).toUpperCase()}`
}

function formOf(payload: Readonly<Record<string, unknown>>): string {
  return new URLSearchParams(
    Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString()
}

describe('unsigned or forged HTTP request', () => {
  it('33 bad requests: no handler of the whole bot runs, nothing is stored, Slack is not called', async () => {
    const town = await startTown()
    const { delivery } = await town.ann.types('/breakglass help')
    const { card } = await town.asks(town.ann)
    const press = `payload=${encodeURIComponent(JSON.stringify(town.lee.payloadOf('approve', card)))}`
    const command = formOf({ ...delivery?.payload, user_id: 'U0BEN', text: 'orders-read INC-43 forged' })
    const bad = badRequests(town.workspace.signingSecret, command, press)
    expect(bad.length).toBeGreaterThanOrEqual(24)
    await until(async () => (await town.look((store) => store.unanswered())).length === 0)
    await until(async () => (await town.look((store) => store.dueLanes(Date.now() + 1))).length === 0)
    await until(() => isQuiet(town))
    const before = await everything(town.look)
    town.workspace.forgetsCalls()
    for (const [name, sent] of bad) expect([400, 401, 404], name).toContain(await send(town.url, sent))
    expect(await everything(town.look)).toEqual(before)
    expect(town.workspace.calls).toEqual([])
    const good = `payload=${encodeURIComponent(JSON.stringify(town.lee.payloadOf('approve', card)))}`
    const headers = { 'content-type': FORM, ...town.workspace.signs(good) }
    expect(await send(town.url, { headers, body: good })).toBe(200)
    await until(async () => (await town.grants()).length === 1)
  })

  it('a signed event sent again as a form is not read as a command: the content type is not signed', async () => {
    const town = await startTown()
    const status = '&command=/breakglass&user_id=U0BEN&team_id=T0&channel_id=C0REQUESTS&text=orders-read INC-9 forged'
    const event = {
      type: 'event_callback',
      team_id: 'T0',
      event: { type: 'user_change', user: { id: 'U0EVE', status } },
    }
    const body = JSON.stringify(event)
    await send(town.url, { headers: { 'content-type': FORM, ...town.workspace.signs(body) }, body })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await town.look((store) => store.requests({ limit: 9 }))).toEqual([])
  })
})

/** All that a handler could have left. */
function everything(look: Awaited<ReturnType<typeof startTown>>['look']) {
  return look(async (store) => ({
    requests: await store.requests({ limit: 99 }),
    grants: await store.grants({ limit: 99 }),
    events: await store.events({ limit: 999 }),
    inbox: await store.unanswered(),
  }))
}

describe('replay', () => {
  it('1,000 times the same signed command: one request, one event, and the first answer each time', async () => {
    const town = await startTown()
    const { delivery } = await town.ann.types('/breakglass orders-read INC-42 replica lag')
    await town.ann.waitsFor('asked for orders-read')
    if (!delivery) throw new Error('nothing was delivered')
    const acks = await repeated(1_000, () => town.workspace.repeats(delivery))
    expect(new Set(acks.map(({ ack }) => JSON.stringify(ack))).size).toBe(1)
    expect(acks[0]?.ack).toMatchObject({ kind: 'acknowledged', body: expect.stringContaining('asked for orders-read') })
    expect((await town.events()).filter((name) => name.startsWith('request.'))).toEqual(['request.opened'])
    expect(town.ann.dms.filter(({ plain }) => plain.includes('asked for orders-read'))).toHaveLength(1)
  })

  it('1,000 times the same signed press, also after a restart: one approval, one grant, no refusal', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    const { delivery } = await town.lee.presses('approve', card)
    if (!delivery) throw new Error('nothing was delivered')
    await repeated(500, () => town.workspace.repeats(delivery))
    await town.restart()
    const acks = await repeated(500, () => town.workspace.repeats(delivery))
    expect(acks.every(({ ack }) => ack.kind === 'acknowledged')).toBe(true)
    const told = await town.events()
    expect(told.filter((name) => name === 'request.approval-recorded')).toHaveLength(1)
    expect(told.filter((name) => name === 'grant.begun')).toHaveLength(1)
    expect(told).not.toContain('approval.refused')
  })

  it('1,000 times the same envelope: one request, one event, and the first answer each time', async () => {
    const town = await startTown({ mode: 'socket' })
    const { delivery } = await town.ann.types('/breakglass orders-read INC-42 replica lag')
    await town.ann.waitsFor('asked for orders-read')
    if (!delivery) throw new Error('nothing was delivered')
    for (let sent = 0; sent < 1_000; sent += 1) {
      const { ack } = await town.workspace.repeats(delivery) // one by one: the acknowledgement names the envelope
      expect(ack).toMatchObject({ body: { text: expect.stringContaining('asked for orders-read') } })
    }
    expect((await town.events()).filter((name) => name.startsWith('request.'))).toEqual(['request.opened'])
  })

  it('1,000 times the same submitted form: denied once', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    await town.lee.presses('deny', card)
    await town.lee.waitsForModal()
    const { delivery } = await town.lee.submits({ reason: 'not now' })
    if (!delivery) throw new Error('nothing was delivered')
    await repeated(1_000, () => town.workspace.repeats(delivery))
    const told = await town.events()
    expect(told.filter((name) => name === 'request.denied')).toHaveLength(1)
    expect(told).not.toContain('approval.refused')
  })

  it('1,000 times the same filled form to ask: one request, one event, and closed each time', async () => {
    const town = await startTown()
    await town.ann.types('/breakglass orders-read')
    await until(() => town.ann.modal?.plain.includes('What do you need?') ?? false)
    const { delivery } = await town.ann.submits({ reason: 'INC-42 replica lag' })
    await town.ann.waitsFor('asked for orders-read')
    if (!delivery) throw new Error('nothing was delivered')
    const acks = await repeated(1_000, () => town.workspace.repeats(delivery))
    expect(new Set(acks.map(({ ack }) => JSON.stringify(ack)))).toEqual(new Set([JSON.stringify(delivery.ack)]))
    expect((await town.events()).filter((name) => name.startsWith('request.'))).toEqual(['request.opened'])
  })
})

/** So many times, fifty at once. */
async function repeated<Value>(times: number, work: () => Promise<Value>): Promise<Value[]> {
  const all: Value[] = []
  while (all.length < times) all.push(...(await Promise.all(Array.from({ length: 50 }, work))))
  return all
}

/** Whether everything that was on its way to Slack has arrived. */
async function isQuiet({
  workspace,
}: {
  readonly workspace: { readonly calls: readonly unknown[] }
}): Promise<boolean> {
  const before = workspace.calls.length
  await new Promise((resolve) => setTimeout(resolve, 300))
  return workspace.calls.length === before
}
