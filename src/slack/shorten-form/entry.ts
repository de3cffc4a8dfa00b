import { parseDuration } from '../../core/duration.ts'
import { INPUT } from '../ids.ts'
import type { SubmissionBody } from '../inbox-body.ts'
import { type PressMetadata, readPressMetadata } from '../press-metadata.ts'

/** The press that is finished by the form, and the time that was chosen. */
export interface Shorter extends PressMetadata {
  /** Milliseconds. */
  readonly ttlMs: number
}

/** What a filled form agrees to; `undefined` if it is none of ours, or nothing was chosen. */
export function shorterIn({ metadata, values }: Pick<SubmissionBody, 'metadata' | 'values'>): Shorter | undefined {
  const pressed = readPressMetadata(metadata)
  const ttlMs = parseDuration(values[INPUT.ttl] ?? '')
  return pressed && ttlMs !== undefined ? { ...pressed, ttlMs } : undefined
}
