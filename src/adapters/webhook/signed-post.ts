import type { WebhookSettings } from './definition.ts'
import { post } from './post.ts'
import { signatureHeaders } from './signature.ts'

export interface Message {
  /** JSON. */
  readonly body: string
  /** The same for repeats of the same call; none for calls that may be repeated anyway. */
  readonly idempotencyKey?: string | undefined
  /** Is sent once, on a connection of its own; any other is sent again when a kept connection turns out to be broken. */
  readonly alone?: boolean
}

/**
 * Posts JSON, signed and dated (`now`: milliseconds since 1970), and answers the bytes of a 2xx.
 *
 * @throws {AdapterError} on everything else
 */
export function signedPost(
  { url, secret }: WebhookSettings,
  { body, idempotencyKey, alone = false }: Message,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const headers = {
    'content-type': 'application/json',
    ...signatureHeaders(secret, body, now),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  }
  return post({ url, headers, body, alone }, signal)
}
