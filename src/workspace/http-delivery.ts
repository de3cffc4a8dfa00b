import { request } from 'node:http'

/** What came of a delivery. */
export type Ack =
  | { readonly kind: 'acknowledged'; readonly body: unknown }
  | { readonly kind: 'timed out' }
  | { readonly kind: 'failed'; readonly why: string; readonly status?: number }

/** What a server answered to bytes that were sent to it. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/**
 * Posts bytes as they are, over a connection of its own: a bot that was restarted never meets a connection of its
 * former life. Rejects if the connection fails or `signal` aborts.
 */
export function postBytes(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request(url, { method: 'POST', headers: { ...headers, ...length }, agent: false, signal })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('error', reject)
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }))
    })
    outgoing.end(body)
  })
}

/** Posts a delivery and waits `withinMs` for its acknowledgement: any 2xx answer. */
export async function deliverByHttp(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { withinMs, stopped }: { withinMs: number; stopped: AbortSignal },
): Promise<Ack> {
  const late = AbortSignal.timeout(withinMs)
  try {
    const answer = await postBytes(url, body, headers, AbortSignal.any([late, stopped]))
    if (answer.status < 200 || answer.status > 299) {
      return { kind: 'failed', why: `status ${answer.status}`, status: answer.status }
    }
    return { kind: 'acknowledged', body: read(answer) }
  } catch (error) {
    if (late.aborted) return { kind: 'timed out' }
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

function read({ headers, body }: HttpAnswer): unknown {
  if (!String(headers['content-type'] ?? '').startsWith('application/json')) return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
