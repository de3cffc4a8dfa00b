import { type Effect, keyOf } from '../core/effect.ts'
import type { GrantId, RequestId } from '../core/ids.ts'
import { askOn } from './ask-on.ts'
import { chaseReview } from './chase-review.ts'
import { deliverGrant } from './deliver-grant.ts'
import { deliverPage } from './deliver-page.ts'
import { deliverRevoke } from './deliver-revoke.ts'
import type { Deliver } from './delivery.ts'
import { lookAgain, lookWhetherLeft, peopleChore } from './leavers.ts'
import type { Deps } from './ports.ts'
import { tellRefusals } from './refusals.ts'
import { revokeUnwritten } from './revoke-unwritten.ts'
import { soundAlarm } from './sound-alarm.ts'
import { livenessChore } from './sweep-liveness.ts'
import { expire, lapse, stick } from './timely.ts'
import { warn } from './warn.ts'
import { watchChore } from './watch-groups.ts'

type Deliveries = Readonly<Record<Effect['kind'], Deliver>>

/** Deliveries of what people see in Slack. */
export type SlackDeliveries = Pick<Deliveries, 'draw' | 'tell' | 'say' | 'remind' | 'home' | 'feed' | 'answer'>

export type Handlers = ReturnType<typeof handlersFor>

/** What the loop calls: a delivery for each kind of effect, what time brings, and what is done every so often. */
export function handlersFor(deps: Deps, slack: SlackDeliveries) {
  const unwritten = revokeUnwritten(deps)
  const tried = new EventTarget()
  const triedOnce = (id: GrantId) =>
    new Promise<void>((resolve) => tried.addEventListener(id, () => resolve(), { once: true }))
  const deliver: Deliveries = {
    ...slack,
    grant: (delivery, signal) => deliverGrant(deps, delivery, signal),
    revoke: async (delivery, signal) => {
      const outcome = await deliverRevoke(deps, delivery, signal)
      tried.dispatchEvent(new Event(keyOf(delivery.effect)))
      return outcome
    },
    warn: (delivery) => warn(deps, delivery),
    ask: (delivery) => askOn(deps, delivery),
    review: (delivery) => chaseReview(deps, delivery),
    alarm: (delivery) => soundAlarm(deps, delivery),
    page: (delivery, signal) => deliverPage(deps, delivery, signal),
    person: (delivery) => lookAgain(deps, delivery),
    left: (delivery) => lookWhetherLeft(deps, delivery),
  }
  return {
    deliver,
    /** Resolves when a revoke of each of these grants was tried once, from now on. */
    triedOnce: async (ids: readonly GrantId[]) => void (await Promise.all(ids.map(triedOnce))),
    expire: (id: GrantId) => expire(deps, id, unwritten),
    lapse: (id: RequestId) => lapse(deps, id),
    stick: (id: GrantId) => stick(deps, id),
    chores: [
      { name: 'tell-refusals', everyMs: 10_000, run: (now: number) => tellRefusals(deps, now) },
      peopleChore(deps),
      watchChore(deps),
      livenessChore(deps),
    ],
  }
}
