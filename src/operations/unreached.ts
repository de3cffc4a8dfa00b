import { isUnreached, nextStepsOf, unreachedOf } from '../core/asking.ts'
import { type Change, merge, nothing } from '../core/change.ts'
import type { Copy } from '../core/copy.ts'
import type { PendingRequest } from '../core/request.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'policy' | 'reached'> & {
  readonly store: Pick<Deps['store'], 'copy' | 'copiesOf' | 'request' | 'commit'>
}

/**
 * Slack does not take a card. That is written on its copy; whoever comes next is told at once, and where nobody does, the
 * requester hears of it.
 *
 * @param code what Slack said of why
 */
export async function noteUnreached(deps: Needs, id: string, code: string): Promise<void> {
  await retryWhenStale(async () => {
    const copy = await deps.store.copy(id)
    if (!copy || copy.ts !== null || copy.failed !== null) return
    const change: Change = { copies: [{ ...copy, failed: code }] }
    const others = await deps.store.copiesOf(copy.request)
    await commit(deps, merge(change, await consequences(deps, copy, others)))
  })
}

async function consequences(deps: Needs, copy: Copy, copies: readonly Copy[]): Promise<Change> {
  const request = await deps.store.request(copy.request)
  if (request?.state !== 'pending' || copy.audience !== 'approvers') return nothing
  const now = deps.clock.now()
  const rule = deps.policy.rules.get(request.terms.rule)
  const redraws = { redraws: [{ request: request.id, at: now }] }
  if (copy.stepMs !== request.escalatedMs || !rule) return redraws
  if (nextStepsOf(request, rule).length > 0)
    return merge(redraws, { effects: [{ kind: 'ask', request: request.id, dueAt: now }] })
  const told = unreachedOf(request, copies).length > 0 // by another card of the same step
  return told ? redraws : merge(redraws, tellRequester(deps, request, isAnybodyLeft(copy, copies), now))
}

/** Whether another card was posted, or may still be. */
function isAnybodyLeft({ id }: Copy, copies: readonly Copy[]): boolean {
  return copies.some((copy) => copy.id !== id && copy.audience === 'approvers' && !isUnreached(copy))
}

/** Nobody comes next: what he can do himself. */
function tellRequester({ policy }: Needs, { id, terms }: PendingRequest, others: boolean, now: number): Change {
  const { command } = policy
  const who = others
    ? 'somebody who should decide cannot be reached in Slack'
    : 'nobody who decides can be reached in Slack'
  const nudge = others ? `, or have the others reminded: ${command} nudge ${id}` : ''
  const glass = policy.entitlements.get(terms.entitlement)?.breakGlass
  const emergency = glass ? ` If it cannot wait, break the glass: ${command} emergency ${terms.entitlement}` : ''
  const sentence = `${id} (${terms.entitlement}): ${who}, and by its rule nobody else is asked next. Its card says who. Call an approver${nudge}.${emergency}`
  return { effects: [{ kind: 'say', person: terms.requester, sentence, key: `unreached:${id}:${now}`, dueAt: now }] }
}
