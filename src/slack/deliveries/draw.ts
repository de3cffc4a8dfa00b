import type { Copy } from '../../core/copy.ts'
import { type Grant, isLive } from '../../core/grant.ts'
import { StaleState } from '../../core/store.ts'
import type { Deliver, Outcome } from '../../operations/delivery.ts'
import { approvalCard } from '../views/approval-card.ts'
import type { Message } from '../views/blocks.ts'
import { requesterCard } from '../views/requester-card.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { outcomeOf, type Posted } from './posting.ts'
import { viewOf } from './request-view.ts'

/** Posts a copy of a card, or redraws it: always in the latest state, so that states in between are skipped. */
export function drawer(deps: DeliveryDeps): Deliver {
  return async ({ effect }) => {
    const { copy: id } = effectOf(effect, 'draw')
    const copy = await deps.store.copy(id)
    const view = copy && (await viewOf(deps, copy.request))
    if (!copy || !view || (await isPointless(deps, copy, view.grant))) return { kind: 'done' }
    const draw = copy.audience === 'approvers' ? approvalCard : requesterCard
    try {
      return await show(deps, copy, draw({ ...view, copy: copy.id }))
    } catch (error) {
      return outcomeOf(error, deps.log, { copy: id, request: copy.request })
    }
  }
}

/** A warning that could not be posted before the end: the card that is there already says what came of it. */
async function isPointless({ store }: DeliveryDeps, copy: Copy, grant: Grant | undefined): Promise<boolean> {
  if (copy.ts !== null || copy.audience !== 'requester' || isLive(grant)) return false
  const copies = await store.copiesOf(copy.request)
  return copies.some(({ audience, ts }) => audience === 'requester' && ts !== null)
}

async function show(deps: DeliveryDeps, copy: Copy, card: Message): Promise<Outcome> {
  const { channel, ts } = copy
  if (channel !== null && ts !== null) {
    await deps.posting.update({ channel, ts }, card)
    deps.reached('draw.posted')
    return { kind: 'done' }
  }
  const posted = await deps.posting.post(copy.destination, card)
  deps.reached('draw.posted')
  return record(deps, copy, posted)
}

/** A press may have recorded an earlier posting meanwhile: that message is the card, and the new one goes. */
async function record(deps: DeliveryDeps, copy: Copy, posted: Posted): Promise<Outcome> {
  try {
    await deps.store.commit({ copies: [{ ...copy, ...posted }] })
    deps.reached('draw.recorded')
    return { kind: 'done' }
  } catch (error) {
    if (!(error instanceof StaleState)) throw error
    const now = await deps.store.copy(copy.id)
    if (now?.ts !== posted.ts) await deps.posting.remove(posted)
    return { kind: 'again', afterMs: 0 }
  }
}
