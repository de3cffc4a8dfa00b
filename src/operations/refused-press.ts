import { type Change, merge } from '../core/change.ts'
import type { RequestId } from '../core/ids.ts'
import { subjectOf } from '../core/opening.ts'
import type { Request } from '../core/request.ts'
import { type Refusal, refuse } from '../core/result.ts'
import { commit, refused } from './commit.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'

export function noSuchRequest() {
  return refuse('no-such-request', 'There is no such request.')
}

/** A refused press. Its request's cards are drawn again: what was pressed may show what is no longer so. */
export function refusedPress(
  deps: Pick<Deps, 'refusals'>,
  press: Said,
  request: Request | undefined,
  refusal: Refusal,
  now: number,
): Change {
  const about = request ? subjectOf(request) : {}
  const redraws = request ? [{ request: request.id, at: now }] : []
  return merge(refused(deps, press, refusal, { name: 'approval.refused', ...about }, now), { redraws })
}

/** A press was refused before it came to a decision. */
export async function refusePress(
  deps: Pick<Deps, 'clock' | 'refusals' | 'store' | 'reached'>,
  said: Said & { readonly request: RequestId },
  refusal: Refusal,
): Promise<void> {
  const request = await deps.store.request(said.request)
  await commit(deps, refusedPress(deps, said, request, refusal, deps.clock.now()))
}
