import type { Change } from '../core/change.ts'
import { subjectOf } from '../core/opening.ts'
import type { Request } from '../core/request.ts'
import type { Result } from '../core/result.ts'
import { commit, commitEnd, refused } from './commit.ts'
import type { Order } from './operations.ts'
import type { Deps } from './ports.ts'

/** Stores what an order to end access came to; a refusal is told and recorded. */
export async function endOrRefuse(
  deps: Deps,
  order: Order,
  { request, decided }: { readonly request: Request | undefined; readonly decided: Result<Change> },
  now: number,
): Promise<void> {
  if (!decided.ok) {
    const event = { name: 'revoke.refused', ...(request ? subjectOf(request) : {}) } as const
    return commit(deps, refused(deps, order, decided.refusal, event, now))
  }
  await commitEnd(deps, decided.value)
}
