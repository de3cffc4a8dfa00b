import { request } from 'node:http'

/** What came of a delivery. */
export type Ack =
  | { readonly kind: 'acknowledged'; readonly body: unknown }
  | { readonly kind: 'timed out' }
  /** `isFinal`: the bot asked not to be told again. */
  | { readonly kind: 'failed'; readonly why: string; readonly status?: number; readonly isFinal?: boolean }

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
    const { status } = answer
    if (status < 200 || status > 299) {
      return { kind: 'failed', why: `status ${status}`, status, isFinal: answer.headers['x-slack-no-retry'] === '1' }
    }
    return { kind: 'acknowledged', body: read(answer) }
  } catch (error) {
    if (late.aborted) return { kind: 'timed out' }
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

/** Posts a delivery and breaks the connection as soon as all of it has gone out. */
export function deliverAndBreak(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<Ack> {
  return new Promise((resolve) => {
    const cut = () => resolve({ kind: 'failed', why: 'the connection broke' })
    const outgoing = request(url, { method: 'POST', headers, agent: false })
    outgoing.on('error', cut)
    outgoing.on('close', cut)
    outgoing.on('finish', () => outgoing.destroy())
    outgoing.end(body)
  })
}

function read({ headers, body }: HttpAnswer): unknown {
  if (!String(headers['content-type'] ?? '').startsWith('application/json')) return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
