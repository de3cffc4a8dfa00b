import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Ack } from './http-delivery.ts'

const MOST_CONNECTIONS = 10
const CLOSE_MS = 500
/** Slack announces the end of a connection about ten seconds before. */
const ANNOUNCED_MS = 10_000

/** Why Slack ends a connection. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled'

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
  readonly envelopeId: string
  readonly socket: WebSocket
  readonly settle: (ack: Ack) => void
}

/** The Socket Mode connections of the app. Each envelope goes to one of them, at random. */
export class Sockets {
  readonly #appId: string
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #open = new Set<WebSocket>()
  /** Connections whose end was announced: they still acknowledge, and get nothing new if there is another. */
  readonly #leaving = new Map<WebSocket, NodeJS.Timeout>()
  readonly #tickets = new Set<string>()
  readonly #waiting = new Set<Waiting>()
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

  /**
   * Delivers to one connection, and waits for the acknowledgement that names the envelope. With `breaks` the connection
   * is cut as soon as the envelope has gone out.
   */
  deliver(envelope: Envelope, withinMs: number, { breaks = false } = {}): Promise<Ack> {
    const socket = this.#anyOpen()
    if (!socket) return Promise.resolve({ kind: 'failed', why: 'no connection' })
    return new Promise((resolve) => {
      const late = setTimeout(() => waiting.settle({ kind: 'timed out' }), withinMs)
      const settle = (ack: Ack) => {
        clearTimeout(late)
        this.#waiting.delete(waiting)
        resolve(ack)
      }
      const waiting = { envelopeId: envelope.envelope_id, socket, settle }
      this.#waiting.add(waiting)
      socket.send(JSON.stringify(envelope), () => breaks && socket.terminate())
    })
  }

  /** Tells every connection that it will be replaced, as Slack does every few hours, and closes it `afterMs` later. */
  refresh(reason: DisconnectReason = 'refresh_requested', afterMs = ANNOUNCED_MS): void {
    for (const socket of this.#open) {
      socket.send(disconnectMessage(reason))
      clearTimeout(this.#leaving.get(socket))
      const close = setTimeout(() => socket.close(), afterMs)
      close.unref()
      this.#leaving.set(socket, close)
    }
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const socket of this.#open) socket.terminate()
  }

  /** Closes every connection, and cuts those that do not close in time. */
  async stop(): Promise<void> {
    clearInterval(this.#pings)
    for (const { settle } of [...this.#waiting]) settle({ kind: 'failed', why: 'the workspace stopped' })
    const closed = [...this.#open].map((socket) => once(socket, 'close'))
    for (const socket of this.#open) socket.close(1001)
    const late = setTimeout(() => this.drop(), CLOSE_MS)
    await Promise.all(closed)
    clearTimeout(late)
    this.#server.close()
  }

  #anyOpen(): WebSocket | undefined {
    const staying = [...this.#open].filter((socket) => !this.#leaving.has(socket))
    const sockets = staying.length > 0 ? staying : [...this.#open]
    return sockets[randomInt(Math.max(sockets.length, 1))]
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
    clearTimeout(this.#leaving.get(socket))
    this.#leaving.delete(socket)
    for (const { socket: owner, settle } of [...this.#waiting]) {
      if (owner === socket) settle({ kind: 'failed', why: 'the connection closed' })
    }
    for (const watcher of [...this.#watchers]) watcher(this.#open.size)
  }

  #receive(data: RawData): void {
    const ack = parseAck(String(data))
    const waiting = ack && [...this.#waiting].find(({ envelopeId }) => envelopeId === ack.id)
    waiting?.settle({ kind: 'acknowledged', body: ack?.body })
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
