import { formatDuration } from '../../core/duration.ts'
import { parseId, type RequestId } from '../../core/ids.ts'

/** What the form to break the glass keeps beside its fields. */
export interface GlassMetadata {
  /** The request that is no longer waited for. */
  readonly instead: RequestId | undefined
  /** The length that was typed, as long as it cannot be chosen yet; as in `15m`. */
  readonly ttl: string
}

/** For `private_metadata`. */
export function writeGlassMetadata({
  instead,
  ttlMs,
}: {
  readonly instead: RequestId | undefined
  readonly ttlMs: number | undefined
}): string {
  return `${instead ?? ''}/${ttlMs === undefined ? '' : formatDuration(ttlMs)}`
}

export function readGlassMetadata(text: string): GlassMetadata {
  const [id = '', ttl = ''] = text.split('/')
  return { instead: parseId(id), ttl }
}
