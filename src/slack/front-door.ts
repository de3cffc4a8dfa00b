import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where the bot listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** A server that drops slow clients, and does not let one hold many connections' worth of memory. */
export function frontDoor(listener: RequestListener): Server {
  const server = createServer({ connectionsCheckingInterval: 2_000, keepAliveTimeout: 5_000 }, listener)
  server.headersTimeout = 5_000
  server.requestTimeout = 10_000
  server.maxHeadersCount = 100
  server.maxConnections = 1_000
  return server
}

/** Resolves with the port, once the server listens. */
export function open(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Takes no new connection and waits for those that are answered now. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

export function answer(response: ServerResponse, status: number, body = '', type = 'text/plain; charset=utf-8'): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}

/** Turns away a request whose body is not wanted: the connection goes with it. */
export function turnAway(response: ServerResponse, status: number): void {
  response.setHeader('connection', 'close')
  answer(response, status)
}
