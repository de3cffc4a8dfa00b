import { z } from 'zod'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { type AuditKey, isSigned, signText } from './key.ts'
import { GENESIS, type StoredEvent } from './seal.ts'
import { type Bad, verifyChain } from './verify.ts'

/** What a check of an export comes to; `publicKey` is who signed it, to be compared with the key one knows. */
export type ExportVerdict =
  | { readonly ok: true; readonly events: number; readonly head: string; readonly publicKey: string }
  | Bad
  | { readonly ok: false; readonly code: 'bad-signature'; readonly sequence: null; readonly why: string }

const eventLine = z.looseObject({
  sequence: z.int(),
  hash: z.string(),
  salt: z.string().nullable(),
  text: z.string().nullable(),
})

const signatureLine = z.strictObject({
  v: z.literal(1),
  kind: z.literal('export-signature'),
  events: z.int().nonnegative(),
  head: z.string(),
  signature: z.string(),
  publicKey: z.string(),
})
type SignatureLine = z.output<typeof signatureLine>

/** One event on one line: the members of the canonical form, then `hash`, `salt` and `text`. */
export function exportLine({ canonical, hash, salt, text }: StoredEvent): string {
  return JSON.stringify({ ...(JSON.parse(canonical) as object), hash, salt, text })
}

/** The whole log, an event a line, and a signed last line: the head vouches for every event, the signature for the head. */
export async function* exportLines(
  events: Iterable<StoredEvent> | AsyncIterable<StoredEvent>,
  key: AuditKey,
): AsyncGenerator<string> {
  let count = 0
  let head = GENESIS.hash
  for await (const event of events) {
    yield exportLine(event)
    count += 1
    head = event.hash
  }
  const signature = signText(signedText(count, head), key)
  yield JSON.stringify({ v: 1, kind: 'export-signature', events: count, head, signature, publicKey: key.publicKey })
}

/**
 * Checks an export without the database: the chain from the first event to the head, and the signature over the head.
 *
 * @param trusted the public key that must have signed it (SPKI, DER, base64); without it any key counts
 */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  trusted?: string,
): Promise<ExportVerdict> {
  const end: { signature?: SignatureLine } = {}
  const verdict = await verifyChain(readLines(lines, end))
  if (!verdict.ok) return verdict
  const { signature } = end
  if (!signature) return unsigned('the export has no signature at its end')
  const { events, head, publicKey } = signature
  if (events !== verdict.events || head !== verdict.head) {
    return unsigned(`the signature is for ${events} events up to ${head}, not for the events before it`)
  }
  if (!isSigned(signedText(events, head), signature.signature, publicKey)) return unsigned('the signature is wrong')
  if (trusted !== undefined && publicKey !== trusted) return unsigned('another key signed the export')
  return { ok: true, events, head, publicKey }
}

/** Yields the events, and leaves the signature line in `end`. What follows the signature is an event out of place. */
async function* readLines(
  lines: Iterable<string> | AsyncIterable<string>,
  end: { signature?: SignatureLine },
): AsyncGenerator<StoredEvent> {
  let expected = 1
  for await (const line of lines) {
    if (line === '') continue
    const value = parsed(line)
    const signature = signatureLine.safeParse(value)
    if (signature.success && !end.signature) {
      end.signature = signature.data
      continue
    }
    yield end.signature ? unreadable(line, expected) : eventIn(value, line, expected)
    expected += 1
  }
}

function eventIn(value: unknown, line: string, expected: number): StoredEvent {
  const read = eventLine.safeParse(value)
  if (!read.success) return unreadable(line, expected)
  const { hash, salt, text, ...body } = read.data
  return { sequence: body.sequence, canonical: canonicalJson(body as Json), hash, salt, text }
}

/** A line that is no event fails as an edited one in its place. */
function unreadable(line: string, expected: number): StoredEvent {
  return { sequence: expected, canonical: line, hash: '', salt: null, text: null }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function signedText(events: number, head: string): string {
  return canonicalJson({ v: 1, kind: 'export-signature', events, head })
}

function unsigned(why: string): ExportVerdict {
  return { ok: false, code: 'bad-signature', sequence: null, why }
}
