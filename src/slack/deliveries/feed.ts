import { FEED } from '../../core/effect.ts'
import type { AuditEvent } from '../../core/event.ts'
import type { Deliver, Outcome } from '../../operations/delivery.ts'
import { failureOf } from '../slack-error.ts'
import { type FeedBatch, feedBatch } from '../views/feed.ts'
import type { DeliveryDeps } from './deps.ts'
import { outcomeOf } from './posting.ts'

/** More than one message holds, and not so many that reading them holds anything up. */
const PAGE = 400
/** A channel takes about one message a second. */
const PACE_MS = 1_000
/** What Slack says of a message that it will never show. */
const UNSHOWABLE: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_too_long',
  'msg_blocks_too_long',
])

/** Tells the security channel what it was not told yet, in order, as much as one message holds. */
export function feeder(deps: DeliveryDeps): Deliver {
  return async () => {
    const events = await deps.store.events({ after: await deps.store.fedUpTo(FEED), limit: PAGE })
    if (events.length === 0) return { kind: 'done' }
    const batch = feedBatch(events)
    try {
      await tell(deps, events, batch)
    } catch (error) {
      return outcomeOf(error, deps.log, { feed: FEED, upTo: batch.upTo }) // not recorded: told again with the next event
    }
    return moreAfter(events, batch)
  }
}

async function tell(deps: DeliveryDeps, events: readonly AuditEvent[], { message, upTo }: FeedBatch): Promise<void> {
  const { posting, policy, store, reached } = deps
  try {
    if (message) await posting.post(policy.securityChannel, message)
  } catch (error) {
    const failure = failureOf(error)
    if (!('code' in failure) || !UNSHOWABLE.has(failure.code)) throw error
    deps.log.error({ upTo, code: failure.code }, 'Slack does not show events: the channel is told their numbers only')
    const text = `Events up to #${upTo} could not be shown here: see the audit log, from #${events[0]?.sequence} on.`
    await posting.post(policy.securityChannel, { text })
  }
  reached('feed.posted')
  await store.setFedUpTo(FEED, upTo)
  reached('feed.recorded')
}

function moreAfter(events: readonly AuditEvent[], { upTo }: FeedBatch): Outcome {
  const last = events.at(-1)?.sequence ?? upTo
  return last > upTo || events.length === PAGE ? { kind: 'again', afterMs: PACE_MS } : { kind: 'done' }
}
