import type { Deliver } from '../../operations/delivery.ts'
import type { DeliveryDeps } from './deps.ts'

/** Draws somebody's Home anew. */
export function homeDrawer(_deps: DeliveryDeps): Deliver {
  return async () => ({ kind: 'done' })
}
