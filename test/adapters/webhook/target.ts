import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { z } from 'zod'
import type { Place } from '../../../src/adapters/conformance/suite.ts'

const WINDOW_S = 300

const told = z.strictObject({
  operation: z.enum(['grant', 'revoke', 'holds']),
  grant_id: z.string().regex(/^G-[0-9A-HJKMNP-TV-Z]+$/),
  subject: z.string(),
  account: z.string(),
  entitlement: z.string(),
  access: z.record(z.string(), z.json()),
  expires_at: z.iso.datetime(),
})
const message = z.discriminatedUnion('operation', [told, z.strictObject({ operation: z.literal('list') })])
type Message = z.output<typeof message>

interface Held {
  readonly grant_id: string
  readonly account: string
  readonly entitlement: string
  readonly expiresAt: number | undefined
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A call as it came in, and what an honest target would do about it. */
export interface Visit {
  readonly operation: Message['operation'] | undefined
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: string
  /** Checks the call, does what it says, and gives the answer. */
  act(): Answer
  answer(answer: Answer): void
}

/** An honest target behind HTTP that keeps the truth in memory, checks every word of the contract, and can be told to misbehave. */
export class WebhookTarget {
  readonly secret: string
  readonly visits: Visit[] = []
  /** What calls did wrong. */
  readonly complaints: string[] = []
  /** Takes the place of honest behaviour. */
  misbehave: ((visit: Visit) => void) | undefined
  readonly #held = new Map<string, Held>()
  readonly #answered = new Map<string, { body: string; answer: Answer }>()
  #server: Server | undefined
  #port = 0

  constructor(secret: string) {
    this.secret = secret
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hooks/canary-path`
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#visit(request, response))
    await listen(server, this.#port)
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Nobody listens any more; every connection is broken. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  get running(): boolean {
    return this.#server !== undefined
  }

  hangUp(): void {
    this.#server?.closeAllConnections()
  }

  isHeld(place: Place): boolean {
    return this.#held.has(keyOf(place))
  }

  give({ account, access, entitlement }: Place): void {
    this.#held.set(keyOf({ account, access }), { grant_id: 'G-0', account, entitlement, expiresAt: undefined })
  }

  take(place: Place): void {
    this.#held.delete(keyOf(place))
  }

  endOf(place: Place): number | undefined {
    return this.#held.get(keyOf(place))?.expiresAt
  }

  async #visit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return // hung up
    const parsed = message.safeParse(jsonOf(body))
    const visit: Visit = {
      operation: parsed.data?.operation,
      request,
      response,
      body,
      act: () => this.#act(request, body),
      answer: ({ status, body: said, headers }) => {
        if (!response.destroyed)
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(said)
      },
    }
    this.visits.push(visit)
    if (this.misbehave) this.misbehave(visit)
    else visit.answer(visit.act())
  }

  #act(request: IncomingMessage, body: string): Answer {
    const wrong = this.#wrongWith(request, body)
    if (wrong) {
      this.complaints.push(wrong)
      return { status: 401, body: '{}' }
    }
    const call = message.parse(jsonOf(body))
    const key = request.headersDistinct['idempotency-key']?.[0]
    const before = key === undefined ? undefined : this.#answered.get(key)
    if (before && before.body !== body) {
      this.complaints.push(`${key} came with another body`)
      return { status: 422, body: '{}' }
    }
    const answer = before?.answer ?? { status: 200, body: JSON.stringify(this.#do(call)) }
    if (key !== undefined) this.#answered.set(key, { body, answer })
    return answer
  }

  /** Signature, time and idempotency key, as docs/adapters.md says. */
  #wrongWith(request: IncomingMessage, body: string): string | undefined {
    const one = (name: string) => {
      const values = request.headersDistinct[name] ?? []
      return values.length === 1 ? values[0]! : ''
    }
    const timestamp = one('x-breakglass-timestamp')
    if (!/^\d{10}$/.test(timestamp)) return 'no timestamp'
    if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > WINDOW_S) return 'not of this time'
    const expected = `v1=${createHmac('sha256', this.secret).update(`${timestamp}.${body}`).digest('hex')}`
    const given = one('x-breakglass-signature')
    if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
      return 'not signed'
    }
    if (request.method !== 'POST' || one('content-type') !== 'application/json') return 'no POST of JSON'
    const parsed = message.safeParse(jsonOf(body))
    if (!parsed.success) return z.prettifyError(parsed.error)
    const key = one('idempotency-key')
    return keyFits(parsed.data, key) ? undefined : `the idempotency key of ${parsed.data.operation} is “${key}”`
  }

  #do(call: Message): object {
    if (call.operation === 'list') return { grants: [...this.#held.values()].map(({ expiresAt, ...held }) => held) }
    const { grant_id, account, entitlement, expires_at } = call
    const key = keyOf(call)
    if (call.operation === 'grant') {
      this.#held.set(key, { grant_id, account, entitlement, expiresAt: Date.parse(expires_at) })
    }
    if (call.operation === 'revoke') this.#held.delete(key)
    return { held: this.#held.has(key) }
  }
}

function keyFits(call: Message, key: string): boolean {
  if (call.operation === 'grant') return key === `${call.grant_id}:grant`
  if (call.operation === 'revoke') {
    return key.startsWith(`${call.grant_id}:revoke:`) && /:[1-9]\d*$/.test(key)
  }
  return key === ''
}

function keyOf({ account, access }: { account: string; access: unknown }): string {
  return JSON.stringify([account, access])
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Takes a port of its own, or the one it had before; another test may be using that for a moment. */
export async function listen(server: TcpServer, port: number): Promise<void> {
  for (let left = 100; ; left--) {
    try {
      return await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject)
          resolve()
        })
      })
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
