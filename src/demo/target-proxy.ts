import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What is wrong with the road to the target: nothing, no connection, late, or a revoke that says yes and does nothing. */
export const TARGET_FAULTS = ['none', 'down', 'slow', 'lying'] as const
export type TargetFault = (typeof TARGET_FAULTS)[number]

const SLOW_MS = 3_000

/** Stands between the bot and PostgreSQL, so that the target can fail without being touched. */
export class TargetProxy {
  fault: TargetFault = 'none'
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(toPort: number) {
    this.#server = createServer((near) => this.#join(near, toPort))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  sets(fault: TargetFault): void {
    this.fault = fault
    if (fault === 'down') for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  stop(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(near: Socket, toPort: number): void {
    if (this.fault === 'down') return void near.resetAndDestroy()
    const far = connect(toPort, '127.0.0.1')
    for (const socket of [near, far]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (chunk: Buffer) => {
      const sent = this.fault === 'lying' ? withoutRevoke(chunk) : chunk
      if (this.fault === 'slow') setTimeout(() => far.writable && far.write(sent), SLOW_MS).unref()
      else far.write(sent)
    })
    far.on('data', (chunk: Buffer) => near.write(chunk))
  }
}

/** Blanks a REVOKE in a query of PostgreSQL's protocol: the server runs an empty query, and says yes to that. */
function withoutRevoke(chunk: Buffer): Buffer {
  const at = chunk.indexOf('revoke "')
  if (at < 0) return chunk
  const end = chunk.indexOf(0, at)
  const blanked = Buffer.from(chunk)
  return blanked.fill(' ', at, end < 0 ? chunk.length : end)
}
