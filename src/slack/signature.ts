import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** How far Slack's clock and ours may be apart, either way. */
const WINDOW_MS = 300_000

/** The two headers that prove that a request is Slack's. */
export interface SignedHeaders {
  readonly timestamp: string
  readonly signature: string
}

/** Reads the headers; `undefined` when one is absent, doubled or not of the form that Slack sends. */
export function signedHeaders({ headersDistinct: headers }: IncomingMessage): SignedHeaders | undefined {
  const timestamps = headers['x-slack-request-timestamp'] ?? []
  const signatures = headers['x-slack-signature'] ?? []
  const [timestamp = ''] = timestamps
  const [signature = ''] = signatures
  if (timestamps.length !== 1 || signatures.length !== 1) return undefined
  return /^\d{1,11}$/.test(timestamp) && /^v0=[0-9a-f]{64}$/.test(signature) ? { timestamp, signature } : undefined
}

/** Whether a request was signed within five minutes of now. */
export function isTimely({ timestamp }: SignedHeaders, now: number): boolean {
  return Math.abs(now - Number(timestamp) * 1_000) <= WINDOW_MS
}

/** Whether Slack signed these bytes: v0, HMAC-SHA256 of `v0:TIMESTAMP:BODY` with the signing secret. */
export function isSigned(secret: string, { timestamp, signature }: SignedHeaders, body: Buffer): boolean {
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest()
  return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex'))
}
