import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { listen } from '../adapters/webhook/target.ts'

export interface Page {
  readonly body: Readonly<Record<string, unknown>>
  /** As it came. */
  readonly text: string
  readonly idempotencyKey: string | undefined
}

/** A receiver of alarms behind HTTP that takes nothing unsigned, and can be told to misbehave. */
export class Pager {
  readonly secret = 'canary-secret-of-the-pager'
  readonly taken: Page[] = []
  /** What posts did wrong. */
  readonly complaints: string[] = []
  /** Every post, taken or not. */
  posts = 0
  misbehave: ((response: ServerResponse) => void) | undefined
  #server: Server | undefined
  #port = 0

  get webhook() {
    return { url: `http://127.0.0.1:${this.#port}/alarm/canary-path`, secret: this.secret }
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#take(request, response))
    await listen(server, this.#port)
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve))
    this.#server?.closeAllConnections()
    await closed
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    this.posts += 1
    if (this.misbehave) return this.misbehave(response)
    const wrong = this.#wrongWith(request, text)
    if (wrong) this.complaints.push(wrong)
    else this.taken.push({ body: JSON.parse(text), text, idempotencyKey: header(request, 'idempotency-key') })
    response.writeHead(wrong ? 401 : 202).end()
  }

  #wrongWith(request: IncomingMessage, text: string): string | undefined {
    const timestamp = header(request, 'x-breakglass-timestamp') ?? ''
    const digest = createHmac('sha256', this.secret).update(`${timestamp}.${text}`).digest('hex')
    if (!/^\d{10}$/.test(timestamp)) return 'no timestamp'
    if (header(request, 'x-breakglass-signature') !== `v1=${digest}`) return 'not signed'
    if (header(request, 'content-type') !== 'application/json') return 'not JSON'
    return header(request, 'idempotency-key') ? undefined : 'no idempotency key'
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  return request.headersDistinct[name]?.[0]
}

/** A pager that runs until the test ends. */
export async function startPager(): Promise<Pager> {
  const pager = new Pager()
  await pager.start()
  onTestFinished(() => pager.stop())
  return pager
}
