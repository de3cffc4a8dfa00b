import { MINUTE } from '../support/make.ts'
import type { Came, Model, ModelRequest } from './model.ts'
import type { Doing } from './step.ts'
import { AUTO_USES, type Entitlement, LENGTHS, type Who } from './town.ts'

/** How long what was denied so often waits, in minutes: 2, 4, 8 … and in other words one denial less. */
function mustWait(model: Model, subject: string, entitlement: Entitlement, reason: string): boolean {
  if (entitlement === 'logs') return false // nobody is asked
  const denied = model.requests.filter(
    (one) => one.subject === subject && one.entitlement === entitlement && one.state === 'denied',
  )
  const counted = denied.length - (denied.some((one) => one.reason === reason) ? 0 : 1)
  if (counted <= 0) return false
  const last = Math.max(...denied.map(({ decidedAt }) => decidedAt))
  return model.now < last + Math.min(120, 2 ** counted) * MINUTE
}

/** Notices who comes in; a changed address freezes him and the one that he was. */
export function comesIn(model: Model, who: Who): 'well' | 'gone' | 'changed' {
  const identity = model.identity(who)
  if (identity === 'changed' && !model.changed.has(who)) {
    model.changed.add(who)
    model.frozen.add(who)
    model.frozen.add(model.pins.get(who) ?? '')
  }
  return identity
}

export interface Ask {
  readonly by: Who
  readonly entitlement: Entitlement
  readonly minutes: number
  readonly reason: number
}

export function newRequest(model: Model, by: Who, facts: Partial<ModelRequest>): ModelRequest {
  const request: ModelRequest = {
    number: model.requests.length,
    id: '',
    by,
    subject: model.is(by).subject,
    entitlement: 'orders',
    ttlMs: LENGTHS.glass,
    reason: '',
    glass: false,
    extends: null,
    openedAt: model.now,
    config: model.config,
    leadsAtOpening: model.outside.leads,
    state: 'pending',
    decidedAt: model.now,
    disowned: new Set(),
    told: 0,
    undelivered: false,
    approvals: [],
    nudgedAt: null,
    nudges: 0,
    grant: null,
    review: null,
    ...facts,
  }
  model.requests.push(request)
  return request
}

function whyNot(model: Model, { by, entitlement, minutes, reason }: Ask): Came | undefined {
  const { subject } = model.is(by)
  const identity = comesIn(model, by)
  if (identity !== 'well') return identity
  if (model.isFrozen(by, subject)) return 'frozen'
  if (!model.mayAsk(by)) return 'no rule'
  if (entitlement === 'logs' && model.autoUses(subject) >= AUTO_USES) return 'used up'
  const same = model
    .pendingOf(subject)
    .some((one) => one.entitlement === entitlement && one.ttlMs === minutes * MINUTE && one.reason === `${reason}`)
  if (same) return 'asked already'
  if (model.liveGrant(subject, entitlement)) return 'held already'
  if (model.pendingOf(subject).length >= 3) return 'too many open'
  if (mustWait(model, subject, entitlement, `${reason}`)) return 'denied lately'
  if (!model.couldBeApproved(entitlement, by)) return 'nobody could approve'
  return entitlement === 'logs' && model.pause ? 'paused' : undefined
}

/** Somebody asks in one line. */
export const ask: Doing<Ask> = {
  name: 'ask',
  expects(model, args) {
    const refused = whyNot(model, args)
    if (refused) return refused
    const { by, entitlement, minutes, reason } = args
    const request = newRequest(model, by, { entitlement, ttlMs: minutes * MINUTE, reason: `${reason}` })
    model.pin(by)
    if (entitlement !== 'logs') return 'opened'
    model.grant(request, request.ttlMs, undefined)
    return 'granted at once'
  },
  does: async (real, { by, entitlement, minutes, reason }, model) => {
    const words = `INC-42 replica lag ${reason}`
    await real.says((inbox, operations) =>
      operations.submit({ by, inbox, entitlement, ttlMs: minutes * MINUTE, words }),
    )
    await real.namesNewest(model)
  },
}

export interface More {
  readonly which: number
  readonly minutes: number
}

/** A requester asks for more time with what he holds. */
export const extend: Doing<More> = {
  name: 'extend',
  expects(model, { which, minutes }) {
    const held = model.pick(which, (one) => one.grant?.live === true)
    if (!held?.grant?.live) return 'nothing held'
    const { by, subject, entitlement } = held
    if (model.requests.some((one) => one.state === 'pending' && one.extends === held.number)) return 'asked already'
    const identity = comesIn(model, by)
    if (identity !== 'well') return identity
    if (model.is(by).subject !== subject) return 'another person'
    if (model.isFrozen(by, subject)) return 'frozen'
    if (!model.mayAsk(by)) return 'no rule'
    if (entitlement === 'logs' && model.autoUses(subject) >= AUTO_USES) return 'used up'
    const end = model.now + minutes * MINUTE
    const latest = entitlement === 'orders' ? held.grant.beganAt + LENGTHS.mostInAll : Number.POSITIVE_INFINITY
    if (end > latest) return 'too long in all'
    if (end <= held.grant.expiresAt) return 'no longer than held'
    if (
      model
        .pendingOf(subject)
        .some((one) => one.entitlement === entitlement && one.ttlMs === minutes * MINUTE && one.reason === 'more')
    )
      return 'asked already'
    if (model.pendingOf(subject).length >= 3) return 'too many open'
    if (mustWait(model, subject, entitlement, 'more')) return 'denied lately'
    if (!model.couldBeApproved(entitlement, by)) return 'nobody could approve'
    if (entitlement === 'logs' && model.pause) return 'paused'
    const request = newRequest(model, by, {
      entitlement,
      ttlMs: minutes * MINUTE,
      reason: 'more',
      extends: held.number,
    })
    model.pin(by)
    if (entitlement !== 'logs') return 'opened'
    model.grant(request, request.ttlMs, held)
    return 'granted at once'
  },
  does: async (real, { minutes }, model) => {
    const held = model.picked
    if (!held) return
    await real.says((inbox, operations) =>
      operations.extend({
        by: held.by,
        inbox,
        request: real.idOf(held),
        ttlMs: minutes * MINUTE,
        words: 'INC-42 replica lag more',
      }),
    )
    await real.namesNewest(model)
  },
}
