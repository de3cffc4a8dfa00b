import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { GENESIS, type Link, type StoredEvent, sha256, textHash } from './seal.ts'

/** What a check of the chain comes to. `head` is the hash of the last event. */
export type Verdict = { readonly ok: true; readonly events: number; readonly head: string } | Bad

/** `sequence` is the first event that is not as it was written. */
export interface Bad {
  readonly ok: false
  readonly code: 'tampered'
  readonly sequence: number
  readonly why: string
}

/** The parts of the canonical form that hold the chain together. */
interface Body {
  readonly sequence?: unknown
  readonly previous?: unknown
  readonly textHash?: unknown
}

/**
 * Walks the chain in the order given and finds the first event that was edited, deleted, moved, inserted, replaced,
 * renumbered or given another text. Holds one event in memory. Two things a chain alone cannot show: a tail cut off,
 * and a tail written anew from some event to the end; only a copy of `head` kept elsewhere does.
 *
 * @param from what the first event must follow: already known to be good
 */
export async function verifyChain(
  events: Iterable<StoredEvent> | AsyncIterable<StoredEvent>,
  from: Link = GENESIS,
): Promise<Verdict> {
  let last = from
  let count = 0
  let rift: StoredEvent | undefined
  for await (const event of events) {
    const body = parsed(event.canonical)
    if (rift) return riftAt(rift, from, body?.previous === rift.hash)
    const fault = faultIn(event, body, last.sequence + 1)
    if (fault) return fault
    if (body?.previous === last.hash) {
      last = { sequence: event.sequence, hash: event.hash }
      count += 1
    } else {
      rift = event
    }
  }
  return rift ? riftAt(rift, from, true) : { ok: true, events: count, head: last.hash }
}

/** What is wrong with an event by itself. */
function faultIn(event: StoredEvent, body: Body | undefined, expected: number): Bad | undefined {
  const { sequence, canonical, hash } = event
  if (sequence > expected) return bad(expected, `event ${expected} is missing`)
  if (sequence < expected) return bad(sequence, `event ${sequence} comes twice or out of order`)
  if (typeof canonical !== 'string' || sha256(canonical) !== hash)
    return bad(sequence, `event ${sequence} was edited: its hash does not fit it`)
  if (!body) return bad(sequence, `event ${sequence} is not canonical JSON`)
  if (body.sequence !== sequence) {
    const first = typeof body.sequence === 'number' ? Math.min(sequence, body.sequence) : sequence
    return bad(first, `event ${sequence} was written as event ${body.sequence}`)
  }
  return textFault(event, body)
}

/** Text may be gone, with its salt, but never other than it was. */
function textFault({ sequence, salt, text }: StoredEvent, body: Body): Bad | undefined {
  if (salt === null && text === null) return undefined
  const same = salt !== null && text !== null && textHash(salt, text) === body.textHash
  return same ? undefined : bad(sequence, `the typed text of event ${sequence} was changed`)
}

/**
 * An event that does not follow the one before it: one of the two was replaced together with its hash. If the event
 * after it vouches for it, it was the one before.
 */
function riftAt({ sequence }: StoredEvent, from: Link, vouchedFor: boolean): Bad {
  const before = sequence - 1
  const first = vouchedFor && before > from.sequence ? before : sequence
  return bad(first, `event ${sequence} does not follow event ${before}: event ${first} was replaced`)
}

function bad(sequence: number, why: string): Bad {
  return { ok: false, code: 'tampered', sequence, why }
}

/** `undefined` unless the text is what RFC 8785 makes of its own content: no member twice, nothing hidden in spaces. */
function parsed(canonical: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(canonical)
    const object = typeof body === 'object' && body !== null && !Array.isArray(body)
    return object && canonicalJson(body as Json) === canonical ? body : undefined
  } catch {
    return undefined
  }
}
