import type { Deliver } from '../../operations/delivery.ts'
import type { DeliveryDeps } from './deps.ts'

/** Posts a reminder in the thread of a card. */
export function reminder(_deps: DeliveryDeps): Deliver {
  return async () => ({ kind: 'done' })
}
