import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { App, Receiver } from '@slack/bolt'
import type { Clock, Log } from '../operations/ports.ts'
import { type Address, answer, close, frontDoor, open, turnAway } from './front-door.ts'
import { type Payload, parseBody, readBody } from './request-body.ts'
import { isSigned, isTimely, signedHeaders } from './signature.ts'
import { UnderWay } from './under-way.ts'

/** Slack gives up on an answer after three seconds. */
const ANSWER_WITHIN_MS = 3_000

export interface HttpReceiverOptions {
  readonly signingSecret: string
  readonly address: Address
  /** `GET` requests: health, readiness, metrics. */
  readonly gets: RequestListener
  readonly clock: Clock
  readonly log: Log
}

/** Takes what Slack posts to `/slack/events`. Nothing reaches Bolt before the raw body's signature is checked. */
export class HttpReceiver implements Receiver {
  readonly #options: HttpReceiverOptions
  readonly #server: Server
  readonly #underWay = new UnderWay()
  #app: App | undefined
  #port: number | undefined

  constructor(options: HttpReceiverOptions) {
    if (options.signingSecret.length < 16) throw new Error('SLACK_SIGNING_SECRET is too short to be one')
    this.#options = options
    this.#server = frontDoor((request, response) => this.#route(request, response))
  }

  get port(): number | undefined {
    return this.#port
  }

  get connected(): boolean {
    return this.#server.listening
  }

  init(app: App): void {
    this.#app = app
  }

  async start(): Promise<void> {
    this.#port = await open(this.#server, this.#options.address)
  }

  /** Waits for what was received already. */
  async stop(): Promise<void> {
    await close(this.#server)
    await this.#underWay.settled()
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?', 1)[0]
    if (request.method === 'GET') this.#options.gets(request, response)
    else if (request.method === 'POST' && path === '/slack/events') this.#underWay.add(this.#receive(request, response))
    else turnAway(response, request.method === 'POST' ? 404 : 405)
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const headers = signedHeaders(request)
      if (!headers || !isTimely(headers, this.#options.clock.now())) return turnAway(response, 401)
      const body = await readBody(request)
      if (!body) return turnAway(response, 413)
      if (!isSigned(this.#options.signingSecret, headers, body)) return turnAway(response, 401)
      const payload = parseBody(request, body)
      if (!payload) return turnAway(response, 400)
      await this.#take(payload, headers.signature, response)
    } catch (error) {
      this.#options.log.error({ err: error }, 'a request of Slack could not be handled')
      answer(response, 500)
    }
  }

  /** A request that is Slack's. */
  async #take(payload: Payload, signature: string, response: ServerResponse): Promise<void> {
    if (payload.type === 'url_verification' || payload.ssl_check !== undefined) {
      answer(response, 200, String(payload.challenge ?? ''))
      return
    }
    const late = setTimeout(() => answer(response, 500), ANSWER_WITHIN_MS)
    try {
      await this.#app?.processEvent({
        body: payload,
        customProperties: { inboxId: signature },
        ack: async (said) => acknowledge(response, said),
      })
    } finally {
      clearTimeout(late)
      answer(response, 404) // nobody took it
    }
  }
}

function acknowledge(response: ServerResponse, said: unknown): void {
  if (typeof said === 'object' && said !== null) {
    answer(response, 200, JSON.stringify(said), 'application/json; charset=utf-8')
  } else answer(response, 200, typeof said === 'string' ? said : '')
}
