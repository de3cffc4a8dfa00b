import type { IncomingMessage } from 'node:http'

/** A body may have so many bytes; Slack's largest, a view's submission, stays below. */
const MOST_BYTES = 256 * 1024

/** What Slack sent: an object with string keys. */
export type Payload = Readonly<Record<string, unknown>>

/** Reads the whole body; `undefined` as soon as it is too long: the rest is left where it is. @throws when it breaks off */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return resolve(undefined)
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MOST_BYTES) return chunks.push(chunk)
      request.off('data', take).pause()
      return resolve(undefined)
    }
    request.on('data', take).once('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject).once('close', () => reject(new Error('the request broke off')))
  })
}

/** Reads what Slack signed: a form (with or without `payload`) or a JSON object, in UTF-8, not compressed. */
export function parseBody({ headers }: IncomingMessage, body: Buffer): Payload | undefined {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return undefined
  const type = /^([\w/+-]+)\s*(?:;\s*charset="?utf-8"?\s*)?$/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase()
  const text = decode(body)
  if (text === undefined) return undefined
  if (type === 'application/json') return parseObject(text)
  return type === 'application/x-www-form-urlencoded' ? parseForm(text) : undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(body: Buffer): string | undefined {
  try {
    return decoder.decode(body)
  } catch {
    return undefined
  }
}

/** The content type is not signed: what was signed as JSON is never read as a form. A field that stands twice could be read in two ways, so it is refused. */
function parseForm(text: string): Payload | undefined {
  if (/^\s*[{[]/.test(text)) return undefined
  const fields = [...new URLSearchParams(text)]
  const form = Object.fromEntries(fields)
  if (Object.keys(form).length !== fields.length) return undefined
  if (form.payload === undefined) return form
  return fields.length === 1 ? parseObject(form.payload) : undefined
}

function parseObject(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : undefined
  } catch {
    return undefined
  }
}
