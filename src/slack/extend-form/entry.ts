import { parseId, type RequestId } from '../../core/ids.ts'
import type { MoreTime } from '../../operations/operations.ts'
import type { SubmissionBody } from '../inbox-body.ts'
import { type Faults, formEntry } from '../request-form/entry.ts'

/** What the form for more time shall hold. */
export interface MoreEntry {
  readonly request: RequestId
  /** Milliseconds. */
  readonly ttlMs: number | undefined
  /** The reason as typed so far. */
  readonly words: string
  readonly faults: Faults
}

/** What a filled form asks for; `undefined` if it is none of ours. */
export function moreTimeIn({ metadata, values }: Pick<SubmissionBody, 'metadata' | 'values'>): MoreTime | undefined {
  const request = parseId(metadata)
  const { ttlMs, words } = formEntry(values, '')
  return request && ttlMs !== undefined ? { request, ttlMs, words } : undefined
}
