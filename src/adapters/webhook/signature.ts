import { createHmac } from 'node:crypto'

/** Proves who sent a body, and when: HMAC-SHA256 of `TIMESTAMP.BODY`. `now` is in milliseconds. */
export function signatureHeaders(secret: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000))
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return { 'x-breakglass-timestamp': timestamp, 'x-breakglass-signature': `v1=${digest}` }
}
