import { openHolding } from '../core/granting.ts'
import type { Holding } from '../core/holding.ts'
import type { PendingRequest } from '../core/request.ts'
import type { Deps } from './ports.ts'

/** The open holding of what a request asks for, or a new one. */
export async function holdingFor(
  { store, ids }: Pick<Deps, 'store' | 'ids'>,
  request: PendingRequest,
  now: number,
): Promise<Holding> {
  const { target, account, access } = request.terms
  return (await store.openHolding(target, account, access)) ?? openHolding(ids.opaque(), request, now)
}
