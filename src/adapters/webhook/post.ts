import { AdapterError } from '../contract.ts'
import { cutOff, failureOfConnection, failureOfStatus } from './errors.ts'
import { mostBytes, nonsense } from './message.ts'

interface Posted {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A connection for each call, so that one is never found broken by the next; and nothing to unpack, so that bounds hold. */
const HEADERS = { connection: 'close', 'accept-encoding': 'identity', accept: 'application/json' }

/** Posts, and answers the bytes of a 2xx. @throws {AdapterError} on everything else */
export async function post({ url, headers, body }: Posted, signal: AbortSignal): Promise<Uint8Array> {
  if (signal.aborted) throw cutOff({ sent: false })
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, ...HEADERS },
      body,
      redirect: 'manual',
      signal,
    })
    if (response.ok) return await bytesOf(response, mostBytes(body))
    response.body?.cancel().catch(() => {})
    throw failureOfStatus(response.status)
  } catch (error) {
    if (error instanceof AdapterError) throw error
    throw signal.aborted ? cutOff({ sent: true }) : failureOfConnection(error)
  }
}

async function bytesOf({ body }: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > most) throw nonsense(`The target's answer is longer than ${most} bytes.`) // leaving the loop hangs up
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
