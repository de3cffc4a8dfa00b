import { formatDuration, parseDuration } from '../../core/duration.ts'
import type { Request } from '../../core/request.ts'
import type { Asked } from '../../operations/operations.ts'
import { INPUT } from '../ids.ts'

/** What is wrong, by the `block_id` of the input that it belongs to. */
export type Faults = Readonly<Partial<Record<keyof typeof INPUT, string>>>

/** What the form shall hold. */
export interface Entry {
  /**
   * Where it comes from: typed in a `line`, where a purpose may stand in front of the words; the terms of an `earlier`
   * request; or the open `form` itself, where a choice that is offered no more gives way to the usual one.
   */
  readonly from: 'line' | 'earlier' | 'form'
  readonly entitlement: string | undefined
  readonly purpose: string | undefined
  /** Milliseconds. */
  readonly ttlMs: number | undefined
  /** The reason as typed so far. */
  readonly words: string
  readonly faults: Faults
}

/** What a person typed after the command. */
export function lineEntry(typed: Partial<Omit<Entry, 'from' | 'purpose'>>): Entry {
  return { from: 'line', entitlement: undefined, purpose: undefined, ttlMs: undefined, words: '', faults: {}, ...typed }
}

/** What was asked for before. */
export function earlierEntry({ terms, reason }: Pick<Request, 'terms' | 'reason'>): Entry {
  const { entitlement, purpose, ttlMs } = terms
  return { from: 'earlier', entitlement, purpose, ttlMs, words: reason, faults: {} }
}

/** What stands in an open form, by `block_id`; a field that is not drawn yet is absent. */
export type Values = Readonly<Record<string, string>>

/** What an open form holds. Before its length can be chosen, `metadata` keeps the one that was typed. */
export function formEntry(values: Values, metadata: string): Entry {
  const ttl = values[INPUT.ttl]
  return {
    from: ttl === undefined ? 'earlier' : 'form',
    entitlement: values[INPUT.entitlement] || undefined,
    purpose: values[INPUT.purpose] || undefined,
    ttlMs: parseDuration(ttl ?? metadata),
    words: values[INPUT.reason] ?? '',
    faults: {},
  }
}

/** For `private_metadata`: what `formEntry` reads. */
export function writeMetadata(ttlMs: number | undefined): string {
  return ttlMs === undefined ? '' : formatDuration(ttlMs)
}

/** What a filled form asks for; `undefined` while something is not chosen. */
export function askedIn(values: Values): Asked | undefined {
  const { entitlement, purpose, ttlMs, words } = formEntry(values, '')
  if (entitlement === undefined || purpose === undefined || ttlMs === undefined) return undefined
  return { entitlement, purpose, ttlMs, words }
}
