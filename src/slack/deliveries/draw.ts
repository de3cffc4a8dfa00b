import type { Copy } from '../../core/copy.ts'
import type { Effect } from '../../core/effect.ts'
import { isLive } from '../../core/grant.ts'
import { StaleState } from '../../core/store.ts'
import type { Deliver, Outcome } from '../../operations/delivery.ts'
import { approvalCard } from '../views/approval-card.ts'
import type { Message } from '../views/blocks.ts'
import { glassCard } from '../views/glass-card.ts'
import { receiptCard } from '../views/receipt-card.ts'
import type { RequestView } from '../views/request-facts.ts'
import { requesterCard } from '../views/requester-card.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { isNotPosted, noteRefused, postCard, saysReached } from './first-posting.ts'
import { outcomeOf, type Posted } from './posting.ts'
import { receiptOf, stepOf, viewOf } from './request-view.ts'

/** What each audience is shown. */
const CARDS: Readonly<Record<Copy['audience'], (view: RequestView) => Message>> = {
  approvers: approvalCard,
  requester: requesterCard,
  receipt: receiptCard,
  glass: glassCard,
}

/** Posts a copy of a card, or redraws it: always in the latest state, so that states in between are skipped. */
export function drawer(deps: DeliveryDeps): Deliver {
  return async ({ effect, attempts }) => {
    const { copy: id } = effectOf(effect, 'draw')
    const copy = await deps.store.copy(id)
    const view = copy && (await viewOf(deps, copy.request))
    if (!copy || !view || (await isPointless(deps, copy, view))) return { kind: 'done' }
    const draw = CARDS[copy.audience]
    const own = { copy: copy.id, step: stepOf(deps, view.request, copy), ...(await receiptOf(deps, copy)) }
    try {
      return await show(deps, copy, view, draw({ ...view, ...own }))
    } catch (error) {
      await noteRefused(deps, copy, error, attempts)
      return outcomeOf(error, deps.log, { copy: id, request: copy.request })
    }
  }
}

type View = Omit<RequestView, 'copy'>

/** A warning that could not be posted before the end: the card that is there already says what came of it. */
async function isPointless({ store }: DeliveryDeps, copy: Copy, view: View): Promise<boolean> {
  if (isNotPosted(copy, view)) return true
  if (copy.ts !== null || copy.audience !== 'requester' || isLive(view.grant)) return false
  const copies = await store.copiesOf(copy.request)
  return copies.some(({ audience, ts }) => audience === 'requester' && ts !== null)
}

async function show(deps: DeliveryDeps, copy: Copy, view: View, card: Message): Promise<Outcome> {
  const { channel, ts } = copy
  if (channel !== null && ts !== null) {
    await deps.posting.update({ channel, ts }, card)
    deps.reached('draw.posted')
    return { kind: 'done' }
  }
  const posted = await postCard(deps, copy, card)
  deps.reached('draw.posted')
  return record(deps, copy, posted, saysReached(deps, copy, view))
}

/** A press may have recorded an earlier posting meanwhile: that message is the card, and the new one goes. */
async function record(deps: DeliveryDeps, copy: Copy, posted: Posted, effects: readonly Effect[]): Promise<Outcome> {
  try {
    await deps.store.commit({ copies: [{ ...copy, ...posted, failed: null }], effects })
    deps.reached('draw.recorded')
    return { kind: 'done' }
  } catch (error) {
    if (!(error instanceof StaleState)) throw error
    const now = await deps.store.copy(copy.id)
    if (now?.ts !== posted.ts) await deps.posting.remove(posted)
    return { kind: 'again', afterMs: 0 }
  }
}
