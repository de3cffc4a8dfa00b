import { newCopy } from '../core/copy.ts'
import type { Delivery } from '../core/store.ts'
import { settling } from './amend.ts'
import { commit } from './commit.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'

/** The end of an active grant comes near: its requester gets a new card, which notifies him, with a button to end now. */
export async function warn(
  deps: Pick<Deps, 'store' | 'ids' | 'clock' | 'reached'>,
  delivery: Delivery,
): Promise<Outcome> {
  const { effect } = delivery
  const grant = effect.kind === 'warn' ? await deps.store.grant(effect.grant) : undefined
  if (grant?.state !== 'active') return { kind: 'done' }
  const { request, requester: destination } = grant
  const copy = newCopy({ id: deps.ids.opaque(), request, audience: 'requester', destination })
  const draw = { kind: 'draw', copy: copy.id, destination: copy.destination, dueAt: deps.clock.now() } as const
  await commit(deps, settling(delivery, { copies: [copy], effects: [draw] }, null))
  return { kind: 'settled', reachable: undefined }
}
