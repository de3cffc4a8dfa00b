import { hash } from 'node:crypto'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import type { EventDraft } from '../core/event.ts'

/** An event's place in the chain: what the next one names as `previous`. */
export interface Link {
  readonly sequence: number
  /** SHA-256, hex. */
  readonly hash: string
}

/** What the first event follows. */
export const GENESIS: Link = { sequence: 0, hash: '0'.repeat(64) }

/** An event as it is kept. */
export interface StoredEvent extends Link {
  /** The exact text that was hashed. */
  readonly canonical: string
  /** 16 random bytes, hex; `null` where no text was typed or where it was erased. */
  readonly salt: string | null
  /** What a person typed. */
  readonly text: string | null
}

/**
 * Appends a draft to the chain. The canonical text is RFC 8785 JSON of `{v: 1, sequence, at, name, actor, subject,
 * entitlement, request, grant, detail, textHash, previous}` and final: `at` is RFC 3339 in UTC with milliseconds
 * (`2026-11-22T10:36:00.000Z`), what is absent is `null` (`detail`: `{}`), and `previous` is the hash of the event before.
 *
 * @param salt 16 random bytes, hex; kept only beside typed text
 */
export function seal(draft: EventDraft, after: Link, salt: string): StoredEvent {
  const text = draft.text?.toWellFormed() ?? null // as the database keeps it, so that the hash fits what is read back
  const sequence = after.sequence + 1
  const canonical = canonicalJson({
    v: 1,
    sequence,
    at: new Date(draft.at).toISOString(),
    name: draft.name,
    actor: draft.actor,
    subject: draft.subject ?? null,
    entitlement: draft.entitlement ?? null,
    request: draft.request ?? null,
    grant: draft.grant ?? null,
    detail: plain(draft.detail),
    textHash: text === null ? null : textHash(salt, text),
    previous: after.hash,
  })
  return { sequence, hash: sha256(canonical), canonical, salt: text === null ? null : salt, text }
}

/** SHA-256 of the UTF-8 bytes, hex. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Commits to typed text without telling it: the salt keeps short texts from being guessed. */
export function textHash(salt: string, text: string): string {
  return sha256(`${salt}\0${text}`)
}

/** Members of a detail that are `undefined` have no JSON form and are left out. */
function plain(detail: EventDraft['detail']): Json {
  return Object.fromEntries(Object.entries(detail ?? {}).filter(([, value]) => value !== undefined))
}
