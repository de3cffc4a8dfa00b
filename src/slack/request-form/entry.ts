import { formatDuration, parseDuration } from '../../core/duration.ts'
import { readLink } from '../../core/link.ts'
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
  /** The message in Slack that it is about, if it is about one. */
  readonly about?: About | undefined
}

/** `undefined`: Slack gave no link to it. */
export interface About {
  readonly link: string | undefined
}

/** What a person typed after the command. */
export function lineEntry(typed: Partial<Omit<Entry, 'from' | 'purpose'>>): Entry {
  return { from: 'line', entitlement: undefined, purpose: undefined, ttlMs: undefined, words: '', faults: {}, ...typed }
}

/** What was asked for before. */
export function earlierEntry({
  terms,
  reason,
  link = null,
}: Pick<Request, 'terms' | 'reason'> & Partial<Pick<Request, 'link'>>): Entry {
  const { entitlement, purpose, ttlMs } = terms
  const about = link === null ? {} : { about: { link } }
  return { from: 'earlier', entitlement, purpose, ttlMs, words: reason, faults: {}, ...about }
}

/** What stands in an open form, by `block_id`; a field that is not drawn yet is absent. */
export type Values = Readonly<Record<string, string>>

/** What an open form holds. `metadata` keeps what no field does: the length that was typed before it can be chosen, and the link. */
export function formEntry(values: Values, metadata: string): Entry {
  const ttl = values[INPUT.ttl]
  const { typedTtl, about } = readMetadata(metadata)
  return {
    from: ttl === undefined ? 'earlier' : 'form',
    entitlement: values[INPUT.entitlement] || undefined,
    purpose: values[INPUT.purpose] || undefined,
    ttlMs: parseDuration(ttl ?? typedTtl),
    words: values[INPUT.reason] ?? '',
    faults: {},
    ...(about ? { about } : {}),
  }
}

const ABOUT = 'about:'

/** For `private_metadata`: what `formEntry` reads. */
export function writeMetadata(ttlMs: number | undefined, about?: About): string {
  const ttl = ttlMs === undefined ? [] : [formatDuration(ttlMs)]
  return [...ttl, ...(about ? [`${ABOUT}${about.link ?? ''}`] : [])].join(' ')
}

function readMetadata(metadata: string): { readonly typedTtl: string; readonly about: About | undefined } {
  const parts = metadata.split(' ')
  const about = parts.find((part) => part.startsWith(ABOUT))
  return {
    typedTtl: parts.find((part) => part !== about) ?? '',
    about: about === undefined ? undefined : { link: readLink(about.slice(ABOUT.length)) },
  }
}

/** What a filled form asks for; `undefined` while something is not chosen. */
export function askedIn(values: Values, metadata = ''): Asked | undefined {
  const { entitlement, purpose, words, about } = formEntry(values, metadata)
  const { ttlMs } = formEntry(values, '')
  if (entitlement === undefined || purpose === undefined || ttlMs === undefined) return undefined
  return { entitlement, purpose, ttlMs, words, link: about?.link }
}
