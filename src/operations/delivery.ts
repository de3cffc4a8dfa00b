import type { Delivery } from '../core/store.ts'

/** What came of one attempt at an effect. */
export type Outcome =
  /** The delivery committed its own settlement; `reachable` tells the target's breaker how it went, if it was asked at all. */
  | { readonly kind: 'settled'; readonly reachable: boolean | undefined }
  /** Done: the scheduler settles it. */
  | { readonly kind: 'done' }
  /** Not yet: tried again after `afterMs`, or after the usual back-off. */
  | { readonly kind: 'again'; readonly afterMs?: number }

/**
 * Makes one attempt at an effect. Reads the state again before it acts. A thrown error counts as `again`.
 *
 * @param also others of a lane whose deliveries are made together; what comes of the first one counts for them too
 */
export type Deliver = (delivery: Delivery, signal: AbortSignal, also?: readonly Delivery[]) => Promise<Outcome>
