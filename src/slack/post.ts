import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** How long a call to Slack may take, with its whole answer. */
const CALL_TIMEOUT_MS = 10_000

interface Posted {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/**
 * Posts by Node's own client, over connections that are kept, and follows no redirect. Each command and press calls Slack
 * a few times, and `fetch` costs half as much again. Who calls reads the answer, or resumes it.
 */
export function post(url: string, { body, headers, signal }: Posted): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  const all = { ...headers, 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const posted = request(url, { method: 'POST', headers: all, ...(signal ? { signal } : {}) }, resolve)
    const late = setTimeout(() => posted.destroy(new Error('no answer in time')), CALL_TIMEOUT_MS)
    posted.on('error', reject)
    posted.once('close', () => {
      clearTimeout(late)
      reject(new Error('closed without an answer')) // such as 101, which is no error to Node
    })
    posted.end(body)
  })
}

/** The whole of an answer. @throws when the line broke before its end */
export function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
    answer.once('end', () => resolve(Buffer.concat(chunks).toString()))
  })
}
