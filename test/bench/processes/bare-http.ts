import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SIGNING_SECRET } from '../slack-bytes.ts'
import { serve } from './serve.ts'

/** The floor: Node's own server that checks the signature and does nothing else. */
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  response.writeHead(isSigned(request, Buffer.concat(chunks)) ? 200 : 401, { 'content-length': 0 }).end()
})

function isSigned({ headers }: IncomingMessage, body: Buffer): boolean {
  const signature = String(headers['x-slack-signature'])
  const hmac = createHmac('sha256', SIGNING_SECRET).update(`v0:${headers['x-slack-request-timestamp']}:`).update(body)
  return timingSafeEqual(hmac.digest(), Buffer.from(signature.slice(3), 'hex'))
}

serve({
  listen: () =>
    new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))),
})
