import { connect, createServer, type Server, type Socket } from 'node:net'
import { listen } from '../webhook/target.ts'

/** A connection through the proxy. */
export interface Line {
  readonly client: Socket
  readonly server: Socket
  /** What the client says, chunk by chunk; returns true when that was dealt with. */
  hears: (bytes: Buffer) => boolean
  /** What the server says. */
  answers: (bytes: Buffer) => boolean
  /** The server stays connected when the client has gone. */
  outlives: boolean
}

/** Stands between an adapter and PostgreSQL. */
export class BadLine {
  readonly #upstream: number
  readonly #lines = new Set<Line>()
  #server: Server | undefined
  #port = 0
  /** Told of every new connection, to change its behaviour. */
  misbehave: ((line: Line) => void) | undefined

  constructor(upstream: number) {
    this.#upstream = upstream
  }

  get port(): number {
    return this.#port
  }

  get running(): boolean {
    return this.#server !== undefined
  }

  async start(): Promise<void> {
    const server = createServer((client) => this.#join(client))
    await listen(server, this.#port)
    this.#port = (server.address() as { port: number }).port
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    this.hangUp()
    await closed
  }

  hangUp(): void {
    for (const { client } of this.#lines) client.destroy()
  }

  #join(client: Socket): void {
    const server = connect(this.#upstream, '127.0.0.1')
    const line: Line = { client, server, hears: () => false, answers: () => false, outlives: false }
    this.#lines.add(line)
    for (const socket of [client, server]) socket.on('error', () => {})
    client.on('data', (bytes) => line.hears(bytes) || server.write(bytes))
    server.on('data', (bytes) => line.answers(bytes) || client.destroyed || client.write(bytes))
    server.on('close', () => client.destroy())
    client.on('close', () => {
      this.#lines.delete(line)
      if (!line.outlives) server.end()
    })
    this.misbehave?.(line)
  }
}
