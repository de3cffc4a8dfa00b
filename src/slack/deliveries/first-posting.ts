import type { Copy } from '../../core/copy.ts'
import type { Effect } from '../../core/effect.ts'
import { noteUnreached } from '../../operations/unreached.ts'
import { failureOf, isFinal, isThreadGone } from '../slack-error.ts'
import type { Message } from '../views/blocks.ts'
import type { RequestView } from '../views/request-facts.ts'
import type { DeliveryDeps } from './deps.ts'
import type { Posted } from './posting.ts'

/** Posts a card for the first time, in its thread; by itself where that thread is gone. */
export async function postCard({ posting }: DeliveryDeps, copy: Copy, card: Message): Promise<Posted> {
  const { destination, thread, stepMs } = copy
  if (thread === null) return posting.post(destination, card)
  try {
    return await posting.post(destination, card, { ts: thread, broadcast: stepMs === 0 }) // a step calls those whom it is for
  } catch (error) {
    if (!isThreadGone(error)) throw error
    return posting.post(destination, card)
  }
}

/** Whether Slack has said that the card can never be posted; or it was to call somebody, and all is decided. */
export function isNotPosted({ ts, failed, stepMs }: Copy, { request }: Pick<RequestView, 'request'>): boolean {
  if (ts !== null) return false
  return (failed !== null && isFinal(failed)) || (stepMs > 0 && request.state !== 'pending')
}

/**
 * Writes down that a card cannot be posted, so that somebody else is asked. What an operator may mend is tried on, but
 * nobody waits for it: refused twice, the card counts as one that did not get there.
 */
export async function noteRefused(deps: DeliveryDeps, copy: Copy, error: unknown, attempts: number): Promise<void> {
  const failure = failureOf(error)
  if (copy.ts !== null || !('code' in failure)) return
  if (failure.kind === 'final' || attempts > 0) await noteUnreached(deps, copy.id, failure.code)
}

/** Where more people are told as time goes on, the requester's card says whom the first cards have reached. */
export function saysReached(deps: DeliveryDeps, { audience }: Copy, { asking }: Omit<RequestView, 'copy'>): Effect[] {
  if (audience !== 'approvers' || !asking?.goesOn) return []
  const dueAt = deps.clock.now()
  return asking.own.map(({ id, destination, ts }) => {
    return { kind: 'draw', copy: id, destination, dueAt, ...(ts === null ? {} : { redraw: 'later' as const }) }
  })
}
