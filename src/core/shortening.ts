import { formatDuration } from './duration.ts'
import { ttlAgreed } from './quorum.ts'
import type { Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'

/**
 * Whether an approver may agree to this time instead: shorter than what is agreed so far, and not below what the rule
 * gives at all.
 */
export function mayShorten(
  request: Pick<Request, 'approvals' | 'terms'>,
  ttlMs: number,
  minMs: number,
): Result<number> {
  const agreedMs = ttlAgreed(request)
  if (!Number.isSafeInteger(ttlMs) || ttlMs >= agreedMs)
    return refuse('ttl', `It lasts ${formatDuration(agreedMs)} at most: choose a shorter time, or approve it as it is.`)
  return ttlMs >= minMs
    ? accept(ttlMs)
    : refuse('ttl', `Under ${request.terms.rule} access lasts at least ${formatDuration(minMs)}.`)
}
