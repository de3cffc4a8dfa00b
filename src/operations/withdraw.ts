import { type Change, merge } from '../core/change.ts'
import { cancelRequest } from '../core/deciding.ts'
import { overAlready } from '../core/extending.ts'
import { isLive } from '../core/grant.ts'
import { grantIdOf } from '../core/ids.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { takeAway } from './amend.ts'
import { answered, retryWhenStale } from './commit.ts'
import { endOrRefuse } from './end-or-refuse.ts'
import type { Order } from './operations.ts'
import type { Deps } from './ports.ts'
import { checkPress } from './voice.ts'

/**
 * A requester takes back what he asked for, or gives back what he got: `cancel` and `end` do the same, so that whoever
 * is in a hurry need not know the state. Needs only the signed requester.
 */
export async function withdraw(deps: Deps, order: Order): Promise<void> {
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(order.request)
    const decided = await decide(deps, order, request, now)
    await endOrRefuse(deps, order, { request, decided }, now)
  })
}

async function decide(deps: Deps, order: Order, request: Request | undefined, now: number): Promise<Result<Change>> {
  if (request?.terms.requester !== order.by) return notYours(order)
  const card = order.press ? await checkPress(deps, order.press, request, ['requester', 'approvers']) : accept({})
  if (!card.ok) return card
  if (request.state === 'pending') {
    return accept(merge(cancelRequest(request, now), card.value, answered(order, `Cancelled ${request.id}.`, now)))
  }
  const grant = await deps.store.grant(grantIdOf(request.id))
  if (!grant) return refuse(`${request.state}-already`, `${request.id} is over already: nothing is left to end.`)
  if (!isLive(grant)) return overAlready(grant)
  const ended = await takeAway(deps, grant, { cause: 'ended-early', by: order.by }, now)
  return accept(merge(ended, card.value, answered(order, `Ending ${grant.id} now. Thank you for giving it back.`, now)))
}

/** The channel's card carries the button, too, so anybody may press it. */
function notYours({ request, press }: Order) {
  const instead = press ? ' Only whoever asked can end it here; approvers press “Deny and take away”.' : ''
  return refuse('not-yours', `${request} is not a request of yours.${instead}`)
}
