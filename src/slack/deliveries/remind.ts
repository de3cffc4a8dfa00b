import { remindersOf, threadOf } from '../../core/reminding.ts'
import type { Deliver } from '../../operations/delivery.ts'
import { isThreadGone } from '../slack-error.ts'
import type { Message } from '../views/blocks.ts'
import { reminderMessage } from '../views/reminder.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { outcomeOf, type Posted } from './posting.ts'
import { viewOf } from './request-view.ts'

/** Posts a reminder in the thread of a card. After an outage only the newest is worth posting, and none of what is decided. */
export function reminder(deps: DeliveryDeps): Deliver {
  return async ({ effect }) => {
    const { copy: id, number } = effectOf(effect, 'remind')
    const copy = await deps.store.copy(id)
    const view = copy && (await viewOf(deps, copy.request))
    if (!copy || view?.request.state !== 'pending') return { kind: 'done' }
    const thread = threadOf(copy)
    if (thread === null || number < remindersOf(view.request)) return { kind: 'done' }
    try {
      const said = reminderMessage({ ...view, copy: id }, view.request, copy.destination)
      await postIn(deps, { channel: copy.destination, ts: thread }, said)
      deps.reached('tell.posted')
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, deps.log, { copy: id, request: copy.request })
    }
  }
}

/** Quietly: only those whom it calls are notified. */
async function postIn({ posting }: DeliveryDeps, { channel, ts }: Posted, said: Message): Promise<Posted> {
  try {
    return await posting.post(channel, said, { ts, broadcast: false })
  } catch (error) {
    if (!isThreadGone(error)) throw error
    return posting.post(channel, said)
  }
}
