import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from './read-body.ts'
import type { Sockets } from './socket.ts'
import type { Response, WebApi } from './web-api.ts'

const MOST_BYTES = 4_000_000

/** The workspace's address: the Web API, the response URLs and Socket Mode, on 127.0.0.1. */
export class SlackServer {
  readonly #api: WebApi
  readonly #sockets: Sockets
  readonly #changed: () => void
  readonly #server: Server
  readonly #late = new Set<NodeJS.Timeout>()
  #isDown = false

  /** `changed` is called when Slack goes down or comes up. */
  constructor(api: WebApi, sockets: Sockets, changed: () => void) {
    this.#api = api
    this.#sockets = sockets
    this.#changed = changed
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.keepAliveTimeout = 60_000
    this.#server.on('connection', (socket) => {
      if (this.#isDown) socket.resetAndDestroy()
    })
    this.#server.on('upgrade', (request, stream, head) => sockets.upgrade(request, stream, head))
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  /** Resets every connection, now and until `comesUp`. The port stays ours. */
  goesDown(): void {
    this.#isDown = true
    this.#sockets.drop()
    this.#server.closeAllConnections()
    this.#changed()
  }

  comesUp(): void {
    this.#isDown = false
    this.#changed()
  }

  get isDown(): boolean {
    return this.#isDown
  }

  stop(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer)
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body: string
    try {
      body = await readBody(request, MOST_BYTES)
    } catch {
      response.writeHead(413).end()
      return
    }
    this.#send(this.#route(request, body), request, response)
  }

  #route(request: IncomingMessage, body: string): Response {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (request.method !== 'POST') return notFound
    const contentType = request.headers['content-type'] ?? ''
    if (path.startsWith('/api/')) {
      return this.#api.call(path.slice(5), { contentType, authorization: request.headers.authorization, body })
    }
    if (/^\/(?:commands|actions|app)\//.test(path)) return this.#api.respond(path, body)
    return notFound
  }

  #send(answer: Response, request: IncomingMessage, response: ServerResponse): void {
    const send = () => response.writeHead(answer.status, answer.headers).end(answer.body)
    switch (answer.manner?.kind) {
      case 'reset':
        request.socket.resetAndDestroy()
        return
      case 'torn': {
        const length = String(Buffer.byteLength(answer.body) * 2)
        response.writeHead(answer.status, { ...answer.headers, 'content-length': length })
        response.write(answer.body, () => request.socket.resetAndDestroy())
        return
      }
      case 'silent':
        return
      case 'slow': {
        const timer = setTimeout(() => {
          this.#late.delete(timer)
          send()
        }, answer.manner.ms)
        this.#late.add(timer)
        return
      }
      default:
        send()
    }
  }
}

const notFound: Response = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no such page' }
