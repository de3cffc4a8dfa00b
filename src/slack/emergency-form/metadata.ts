import { parseId, type RequestId } from '../../core/ids.ts'
import { type About, writeMetadata } from '../request-form/entry.ts'

/** What the form to break the glass keeps beside its fields. */
export interface GlassMetadata {
  /** The request that is no longer waited for. */
  readonly instead: RequestId | undefined
  /** What the form to ask keeps, too: the length that was typed, and the message that it is about. */
  readonly rest: string
}

/** For `private_metadata`. */
export function writeGlassMetadata({
  instead,
  ttlMs,
  about,
}: {
  readonly instead: RequestId | undefined
  readonly ttlMs: number | undefined
  readonly about: About | undefined
}): string {
  return `${instead ?? ''}/${writeMetadata(ttlMs, about)}`
}

export function readGlassMetadata(text: string): GlassMetadata {
  const [id = '', ...rest] = text.split('/') // a link has more of them
  return { instead: parseId(id), rest: rest.join('/') }
}
