import type { Delivery } from '../core/store.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'

/** What is due for a review that is owed: whoever owes it is reminded, or it is overdue. */
export async function chaseReview(_deps: Deps, _delivery: Delivery): Promise<Outcome> {
  return { kind: 'done' }
}
