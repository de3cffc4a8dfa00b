import type { GlassAsked } from '../../operations/operations.ts'
import { INPUT } from '../ids.ts'
import type { SubmissionBody } from '../inbox-body.ts'
import { askedIn } from '../request-form/entry.ts'
import { readGlassMetadata } from './metadata.ts'

/** What a filled form to break the glass asks for; `undefined` while something is not chosen. */
export function emergencyIn({ metadata, values }: Pick<SubmissionBody, 'metadata' | 'values'>): GlassAsked | undefined {
  const asked = askedIn(values, readGlassMetadata(metadata).rest)
  if (asked?.purpose === undefined) return undefined
  return { ...asked, purpose: asked.purpose, confirm: values[INPUT.confirm] ?? '' }
}
