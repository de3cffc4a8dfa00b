import type { Copy } from '../../core/copy.ts'
import { disownedNote } from '../../core/disowning.ts'
import { countedVoices, keysOf } from '../../core/freezing.ts'
import { isLive } from '../../core/grant.ts'
import { grantIdOf, type RequestId } from '../../core/ids.ts'
import { decidersOf } from '../../core/policy.ts'
import type { Request } from '../../core/request.ts'
import { groupTerms } from '../../core/terms.ts'
import { askingOf } from '../views/asked.ts'
import type { RequestView, Step } from '../views/request-facts.ts'
import type { Trust } from '../views/voices.ts'
import type { DeliveryDeps } from './deps.ts'

/** Reads what the cards and news of a request are drawn from, as it is now. */
export async function viewOf(
  { store, policy, clock }: Pick<DeliveryDeps, 'store' | 'policy' | 'clock'>,
  id: RequestId,
): Promise<Omit<RequestView, 'copy'> | undefined> {
  const request = await store.request(id)
  if (!request) return undefined
  const grant = request.state === 'approved' ? await store.grant(grantIdOf(id)) : undefined
  const extended = request.extends === null ? undefined : await store.grant(request.extends)
  const title = policy.entitlements.get(request.terms.entitlement)?.title
  const notice = policy.targets.get(request.terms.target)?.notice
  const review = request.terms.glass ? await store.review(id) : undefined
  const reviewers = policy.breakGlass.get(request.terms.rule)?.review.by ?? policy.people.security
  const ordinary = request.terms.glass && isLive(grant) ? policy.entitlements.get(request.terms.entitlement)?.rules : []
  const approvers = (ordinary ?? []).flatMap(decidersOf)
  const asking = asksStill(request)
    ? askingOf(request, policy.rules.get(request.terms.rule), await store.copiesOf(id))
    : undefined
  const canBreakGlass = policy.entitlements.get(request.terms.entitlement)?.breakGlass !== undefined
  const leastMs = policy.rules.get(request.terms.rule)?.ttl.minMs
  const waiting = { asking, canBreakGlass, leastMs, ...(await trustIn(store, request)) }
  return { request, grant, extended, title, notice, review, reviewers, approvers, ...waiting, now: clock.now() }
}

/** Who was asked matters while people decide, and when nobody did. */
function asksStill({ state }: Request): boolean {
  return state === 'pending' || state === 'lapsed'
}

/** Whom security has to look at first, while people decide. */
async function trustIn(store: Pick<DeliveryDeps['store'], 'freezes'>, request: Request): Promise<Trust> {
  if (request.state !== 'pending') return {}
  const { terms, approvals } = request
  const requester = keysOf({ subject: terms.subject, id: terms.requester })
  const freezes = await store.freezes([
    ...requester,
    ...approvals.flatMap(({ subject, by: id }) => keysOf({ subject, id })),
  ])
  const counted = countedVoices(approvals, freezes)
  const uncounted = approvals.filter((approval) => !counted.includes(approval)).map(({ by }) => by)
  return { frozen: freezes.some(({ key }) => requester.includes(key)), uncounted }
}

/** Whose receipt it is, and whether he says that the approval was not his. */
export async function receiptOf(
  { store }: Pick<DeliveryDeps, 'store'>,
  { audience, request, destination: by }: Copy,
): Promise<Pick<RequestView, 'receipt'>> {
  if (audience !== 'receipt') return {}
  return { receipt: { by, disowned: (await store.note(disownedNote(request, by))) !== undefined } }
}

/** Those for whom a copy was posted later; `undefined` for one that was posted at once. */
export function stepOf(
  { policy }: Pick<DeliveryDeps, 'policy'>,
  { terms }: Request,
  { stepMs }: Copy,
): Step | undefined {
  if (stepMs === 0) return undefined
  const deciding = terms.approvers.find(({ afterMs }) => afterMs === stepMs)
  if (deciding) return { groups: deciding.groups, decides: true }
  const told = policy.rules.get(terms.rule)?.escalate.filter(({ afterMs }) => afterMs === stepMs) ?? []
  return { groups: told.flatMap(({ to }) => to.map(groupTerms)), decides: false }
}
