import { grantIdOf, type RequestId } from '../../core/ids.ts'
import type { RequestView } from '../views/request-facts.ts'
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
  return { request, grant, extended, title, notice, now: clock.now() }
}
