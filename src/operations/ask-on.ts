import type { Delivery } from '../core/store.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'

/** What is due for a pending request: those who were asked are reminded, or more people are told. */
export async function askOn(_deps: Deps, _delivery: Delivery): Promise<Outcome> {
  return { kind: 'done' }
}
