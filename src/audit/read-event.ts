import { z } from 'zod'
import { type AuditEvent, EVENT_NAMES } from '../core/event.ts'
import type { GrantId, RequestId } from '../core/ids.ts'
import type { StoredEvent } from './seal.ts'

const requestId = z.custom<RequestId>((value) => typeof value === 'string' && value.startsWith('R-'))
const grantId = z.custom<GrantId>((value) => typeof value === 'string' && value.startsWith('G-'))

/** The canonical form, version 1. */
const canonicalSchema = z.strictObject({
  v: z.literal(1),
  sequence: z.int().positive(),
  at: z.iso.datetime().transform((at) => Date.parse(at)),
  name: z.enum(EVENT_NAMES),
  actor: z.string(),
  subject: z.string().nullable(),
  entitlement: z.string().nullable(),
  request: requestId.nullable(),
  grant: grantId.nullable(),
  detail: z.record(z.string(), z.json()),
  textHash: z.string().nullable(),
  previous: z.string(),
})

/**
 * An event as the rest of the program knows it.
 *
 * @throws {Error} naming the sequence, when the stored text is no event
 */
export function readEvent({ sequence, canonical, text }: StoredEvent): AuditEvent {
  try {
    const { v: _, ...event } = canonicalSchema.parse(JSON.parse(canonical))
    return { ...event, text }
  } catch (cause) {
    throw new Error(`audit event ${sequence} cannot be read`, { cause })
  }
}
