import type { Deliver } from '../../operations/delivery.ts'
import { sentence } from '../markup.ts'
import { newsMessage } from '../views/news.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { outcomeOf } from './posting.ts'
import { viewOf } from './request-view.ts'

/** Tells somebody news of a request in a direct message that notifies; what is no news any more is left out. */
export function teller(deps: DeliveryDeps): Deliver {
  return async ({ effect }) => {
    const { request, news, person } = effectOf(effect, 'tell')
    const view = await viewOf(deps, request)
    const message = view && newsMessage(news, view, deps.policy.command)
    if (!message) return { kind: 'done' }
    try {
      await deps.posting.post(person, message)
      deps.reached('tell.posted')
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, deps.log, { request, news })
    }
  }
}

/** Says a fixed sentence in a direct message. */
export function sayer(deps: DeliveryDeps): Deliver {
  return async ({ effect }) => {
    const { person, sentence: text, key } = effectOf(effect, 'say')
    try {
      await deps.posting.post(person, { text: sentence(text) })
      deps.reached('tell.posted')
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, deps.log, { key })
    }
  }
}
