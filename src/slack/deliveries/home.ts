import type { Deliver, Outcome } from '../../operations/delivery.ts'
import type { Log } from '../../operations/ports.ts'
import type { Homes } from '../homes.ts'
import { failureOf, loggable } from '../slack-error.ts'
import { effectOf } from './deps.ts'

/** Draws somebody's Home anew. */
export function homeDrawer({ homes, log }: { readonly homes: Homes; readonly log: Log }): Deliver {
  return async ({ effect }) => {
    const { person } = effectOf(effect, 'home')
    try {
      await homes.draw(person)
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, log, person)
    }
  }
}

/** What Slack refuses is not drawn again: it would stay so, and the next opening of Home draws anew. */
function outcomeOf(error: unknown, log: Log, person: string): Outcome {
  const failure = failureOf(error)
  log.warn({ ...loggable(error), person }, 'a Home could not be drawn')
  if (failure.kind === 'rate-limited') return { kind: 'again', afterMs: failure.afterMs }
  return failure.kind === 'unreachable' ? { kind: 'again' } : { kind: 'done' }
}
