import { type Change, merge } from '../core/change.ts'
import { subjectOf } from '../core/opening.ts'
import type { Request } from '../core/request.ts'
import { type Refusal, refuse } from '../core/result.ts'
import { refused } from './commit.ts'
import type { Press } from './operations.ts'
import type { Deps } from './ports.ts'

export function noSuchRequest() {
  return refuse('no-such-request', 'There is no such request.')
}

/** A refused press. Its request's cards are drawn again: what was pressed may show what is no longer so. */
export function refusedPress(
  deps: Pick<Deps, 'refusals'>,
  press: Press,
  request: Request | undefined,
  refusal: Refusal,
  now: number,
): Change {
  const about = request ? subjectOf(request) : {}
  const redraws = request ? [{ request: request.id, at: now }] : []
  return merge(refused(deps, press, refusal, { name: 'approval.refused', ...about }, now), { redraws })
}
