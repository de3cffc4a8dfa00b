import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Ack } from './http-delivery.ts'

const MOST_CONNECTIONS = 10
const CLOSE_MS = 500

/** What goes over a Socket Mode connection. */
export interface Envelope {
  readonly envelope_id: string
  readonly type: 'slash_commands' | 'interactive' | 'events_api'
  readonly payload: unknown
  readonly accepts_response_payload: boolean
  readonly retry_attempt?: number
  readonly retry_reason?: string
}

interface Waiting {
  readonly socket: WebSocket
  readonly settle: (ack: Ack) => void
}

/** The Socket Mode connections of the app. Each envelope goes to one of them, at random. */
export class Sockets {
  readonly #appId: string
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #open = new Set<WebSocket>()
  readonly #tickets = new Set<string>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #watchers = new Set<(count: number) => void>()
  readonly #pings: NodeJS.Timeout

  constructor(appId: string, pingMs: number) {
    this.#appId = appId
    this.#pings = setInterval(() => this.#ping(), pingMs)
    this.#pings.unref()
  }

  get count(): number {
    return this.#open.size
  }

  /** A ticket admits one connection. */
  issueTicket(): string {
    const ticket = randomBytes(16).toString('hex')
    this.#tickets.add(ticket)
    return ticket
  }

  /** Calls back with the count whenever a connection opens or closes. */
  onChange(watcher: (count: number) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Takes an HTTP connection that asks to become a websocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket')
    if (ticket === null || !this.#tickets.delete(ticket)) {
      stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#admit(socket))
  }

  /** Delivers to one connection, and waits for the acknowledgement that names the envelope. */
  deliver(envelope: Envelope, withinMs: number): Promise<Ack> {
    const sockets = [...this.#open]
    const socket = sockets[randomInt(Math.max(sockets.length, 1))]
    if (!socket) return Promise.resolve({ kind: 'failed', why: 'no connection' })
    return new Promise((resolve) => {
      const late = setTimeout(() => settle({ kind: 'timed out' }), withinMs)
      const settle = (ack: Ack) => {
        clearTimeout(late)
        if (this.#waiting.get(envelope.envelope_id)?.settle === settle) this.#waiting.delete(envelope.envelope_id)
        resolve(ack)
      }
      this.#waiting.set(envelope.envelope_id, { socket, settle })
      socket.send(JSON.stringify(envelope))
    })
  }

  /** Tells every connection that it will be replaced, as Slack does every few hours. */
  refresh(reason: 'refresh_requested' | 'warning' = 'refresh_requested'): void {
    for (const socket of this.#open) socket.send(disconnectMessage(reason))
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const socket of this.#open) socket.terminate()
  }

  /** Closes every connection, and cuts those that do not close in time. */
  async stop(): Promise<void> {
    clearInterval(this.#pings)
    for (const { settle } of [...this.#waiting.values()]) settle({ kind: 'failed', why: 'the workspace stopped' })
    const closed = [...this.#open].map((socket) => once(socket, 'close'))
    for (const socket of this.#open) socket.close(1001)
    const late = setTimeout(() => this.drop(), CLOSE_MS)
    await Promise.all(closed)
    clearTimeout(late)
    this.#server.close()
  }

  #admit(socket: WebSocket): void {
    if (this.#open.size >= MOST_CONNECTIONS) {
      socket.send(disconnectMessage('too_many_websockets'))
      socket.close()
      return
    }
    this.#open.add(socket)
    socket.on('message', (data) => this.#receive(data))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.#forget(socket))
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open.size,
        connection_info: { app_id: this.#appId },
        debug_info: { host: 'embedded-workspace', build_number: 1, approximate_connection_time: 18_060 },
      }),
    )
    for (const watcher of [...this.#watchers]) watcher(this.#open.size)
  }

  #forget(socket: WebSocket): void {
    this.#open.delete(socket)
    for (const { socket: owner, settle } of [...this.#waiting.values()]) {
      if (owner === socket) settle({ kind: 'failed', why: 'the connection closed' })
    }
    for (const watcher of [...this.#watchers]) watcher(this.#open.size)
  }

  #receive(data: RawData): void {
    const ack = parseAck(String(data))
    if (ack) this.#waiting.get(ack.id)?.settle({ kind: 'acknowledged', body: ack.body })
  }

  #ping(): void {
    for (const socket of this.#open) socket.ping(`Ping from ${this.#appId}`)
  }
}

function disconnectMessage(reason: string): string {
  return JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'embedded-workspace' } })
}

/** An acknowledgement, or nothing if it is something else. The SDK sends `{}` where there is nothing to say. */
function parseAck(text: string): { id: string; body: unknown } | undefined {
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('envelope_id' in message)) return undefined
    return { id: String(message.envelope_id), body: 'payload' in message ? message.payload : undefined }
  } catch {
    return undefined
  }
}
