import { createHmac } from 'node:crypto'

/** The headers that prove that a body comes from Slack: HMAC-SHA256 of `v0:TIMESTAMP:BODY`. `at` is in milliseconds. */
export function signatureHeaders(body: string, secret: string, at: number): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` }
}
