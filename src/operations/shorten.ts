import { stillPending } from '../core/deciding.ts'
import type { RequestId, SlackId } from '../core/ids.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result } from '../core/result.ts'
import { mayShorten } from '../core/shortening.ts'
import type { Deps } from './ports.ts'
import { noSuchRequest } from './refused-press.ts'
import { hearDecider } from './voice.ts'

/** Whether the shorter time of an approval, if it names one, is possible under the rule. */
export function shorterOrWhole(
  { policy }: Pick<Deps, 'policy'>,
  request: Request,
  ttlMs: number | undefined,
): Result<number | undefined> {
  if (ttlMs === undefined) return accept(undefined)
  return mayShorten(request, ttlMs, policy.rules.get(request.terms.rule)?.ttl.minMs ?? 1)
}

/** Whether a filled form to approve a shorter time would be accepted, from what is cached; changes nothing. */
export async function wouldShorten(
  deps: Deps,
  by: SlackId,
  { request: id, ttlMs }: { readonly request: RequestId; readonly ttlMs: number },
): Promise<Result<true>> {
  const request = await deps.store.request(id)
  if (!request) return noSuchRequest()
  const now = deps.clock.now()
  const heard = await hearDecider(deps, by, request, 'lately', now)
  if (!heard.ok) return heard
  const pending = stillPending(request, now)
  if (!pending.ok) return pending
  const shorter = shorterOrWhole(deps, request, ttlMs)
  return shorter.ok ? accept(true) : shorter
}
