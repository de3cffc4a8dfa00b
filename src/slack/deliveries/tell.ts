import type { Effect } from '../../core/effect.ts'
import type { Deliver } from '../../operations/delivery.ts'
import type { People } from '../../operations/ports.ts'
import { whomToCall } from '../../operations/tell-security.ts'
import { mention, mentionGroup, sentence } from '../markup.ts'
import type { Message } from '../views/blocks.ts'
import { newsMessage, togetherMessage } from '../views/news.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { outcomeOf } from './posting.ts'
import { viewOf } from './request-view.ts'

/**
 * Tells somebody news of a request, or of several at once, in a direct message that notifies. What is no news any more is
 * left out.
 */
export function teller(deps: DeliveryDeps): Deliver {
  return async ({ effect }, _signal, also = []) => {
    const { request, news, person } = effectOf(effect, 'tell')
    const effects = [effect, ...also.map((delivery) => delivery.effect)]
    const told = await Promise.all(effects.map((one) => messageFor(deps, one)))
    const message = togetherMessage(told.filter((one) => one !== undefined))
    if (!message) return { kind: 'done' }
    try {
      await deps.posting.post(person, message)
      deps.reached('tell.posted')
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, deps.log, { request, news, also: also.length })
    }
  }
}

async function messageFor(deps: DeliveryDeps, effect: Effect): Promise<Message | undefined> {
  const { request, news } = effectOf(effect, 'tell')
  const view = await viewOf(deps, request)
  return view && newsMessage(news, view, deps.policy.command)
}

/** Says a fixed sentence in a direct message, or in a channel. */
export function sayer(deps: DeliveryDeps & { readonly people: Pick<People, 'members'> }): Deliver {
  return async ({ effect }) => {
    const { person, sentence: text, key, calls = [] } = effectOf(effect, 'say')
    const called = (await whomToCall(deps, calls)).map(
      (id) => `${id.startsWith('S') ? mentionGroup(id) : mention(id)} `,
    )
    try {
      await deps.posting.post(person, { text: `${called.join('')}${sentence(text)}` })
      deps.reached('tell.posted')
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, deps.log, { key })
    }
  }
}
