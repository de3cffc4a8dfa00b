import { MINUTE } from '../support/make.ts'
import { comesIn } from './asking.ts'
import type { Came, Model, ModelRequest } from './model.ts'
import type { Doing } from './step.ts'
import { LENGTHS, type Who } from './town.ts'

export interface Decision {
  readonly by: Who
  readonly which: number
}

export interface Approval extends Decision {
  /** The shorter time that he agrees to, in minutes. */
  readonly minutes: number | undefined
}

const isPending = ({ state }: ModelRequest) => state === 'pending'

/** Whether somebody may decide about a request at all: authority before state. */
function mayDecide(model: Model, by: Who, request: ModelRequest): Came | undefined {
  const { subject } = model.is(by)
  if (model.is(by).gone) return 'gone'
  if (subject === request.subject || by === request.by) return 'his own'
  return model.decidesBy(request, by).length > 0 ? undefined : 'no approver'
}

/** Whether the requester still is who asked: looked up together with the approver, whatever comes of that. */
function requesterStillIs(model: Model, request: ModelRequest): Came | undefined {
  if (request.state !== 'pending') return undefined
  const identity = comesIn(model, request.by)
  if (identity !== 'well') return `requester ${identity}`
  return model.is(request.by).subject === request.subject ? undefined : 'requester another person'
}

/** Whether the approver still is who he was, and free. */
function approverStillIs(model: Model, by: Who): Came | undefined {
  const identity = comesIn(model, by)
  if (identity !== 'well') return `approver ${identity}`
  return model.isFrozen(by, model.is(by).subject) ? 'approver frozen' : undefined
}

/** Somebody presses Approve, or agrees to a shorter time. */
export const approve: Doing<Approval> = {
  name: 'approve',
  expects(model, { by, which, minutes }) {
    const request = model.pick(which, (one) => isPending(one) && mayDecide(model, by, one) === undefined)
    if (!request) return 'nothing asked'
    const requester = requesterStillIs(model, request)
    const no = mayDecide(model, by, request) ?? requester ?? approverStillIs(model, by)
    if (no) return no
    if (request.state !== 'pending') return `${request.state} already`
    if (model.pause) return 'paused'
    if (model.isFrozen(request.by, request.subject)) return 'requester frozen'
    const ttlMs = minutes === undefined ? null : minutes * MINUTE
    if (ttlMs !== null && ttlMs >= model.ttlAgreed(request)) return 'not shorter'
    const { subject } = model.is(by)
    if (request.approvals.some((one) => one.subject === subject || one.by === by)) return 'approved by him already'
    const groups = model.decidesBy(request, by)
    const before = [...request.approvals]
    request.approvals = [...before, { by, subject, groups, ttlMs }]
    if (!model.isMet(request)) {
      model.pin(by)
      return 'recorded'
    }
    const refused = grantRefused(model, request)
    if (refused) {
      request.approvals = before
      return refused
    }
    model.pin(by)
    const extended = heldFor(model, request)
    model.grant(request, model.ttlAgreed(request), extended)
    return `${extended ? 'extended' : 'granted'}${ttlMs === null ? '' : ' for less'}`
  },
  does: async (real, { by, minutes }, model) => {
    const request = model.picked
    if (!request) return
    const ttlMs = minutes === undefined ? undefined : minutes * MINUTE
    await real.presses(by, real.idOf(request), 'approvers', (press, operations) =>
      operations.approve({ ...press, ttlMs }),
    )
  },
}

function heldFor(model: Model, request: ModelRequest): ModelRequest | undefined {
  const live = model.liveGrant(request.subject, request.entitlement)
  return live && live.number === request.extends ? live : undefined
}

/** What the grant itself may be refused for. */
function grantRefused(model: Model, request: ModelRequest): Came | undefined {
  const live = model.liveGrant(request.subject, request.entitlement)
  const extended = heldFor(model, request)
  if (live && !extended) return 'held already'
  if (!extended?.grant || request.entitlement !== 'orders') return undefined
  return extended.grant.beganAt + LENGTHS.mostInAll <= extended.grant.expiresAt ? 'no time left in all' : undefined
}

/** Takes away what was given, and whatever goes on from it or came before it. */
function takeAway(model: Model, request: ModelRequest): void {
  model.end(request)
}

/** What somebody might stop: it waits, or gives access. */
function pickToStop(model: Model, { by, which }: Decision): ModelRequest | undefined {
  return model.pick(
    which,
    (one) => (isPending(one) || one.grant?.live === true) && mayDecide(model, by, one) === undefined,
  )
}

/** Somebody presses Deny. */
export const deny: Doing<Decision> = {
  name: 'deny',
  expects(model, { by, which }) {
    const request = pickToStop(model, { by, which })
    if (!request) return 'nothing asked'
    const no = mayDecide(model, by, request)
    if (no) return no
    if (request.state === 'pending') {
      model.decide(request, 'denied')
      return 'denied'
    }
    if (!request.grant?.live) return 'over already'
    takeAway(model, request)
    return 'taken away'
  },
  does: async (real, { by }, model) => {
    const request = model.picked
    if (!request) return
    await real.presses(by, real.idOf(request), 'approvers', (press, operations) =>
      operations.deny({ ...press, note: 'not tonight' }),
    )
  },
}

export interface Own {
  /** `undefined`: the requester himself. */
  readonly by: Who | undefined
  readonly which: number
}

/** The requester takes it back, or gives it back. */
export const withdraw: Doing<Own> = {
  name: 'cancel or end',
  expects(model, { by, which }) {
    const request = model.pick(which, ({ state, grant }) => state === 'pending' || grant?.live === true)
    if (!request) return 'nothing asked'
    if (by !== undefined && request.by !== by) return 'not his'
    if (request.state === 'pending') {
      model.decide(request, 'cancelled')
      return 'cancelled'
    }
    if (!request.grant?.live) return 'over already'
    takeAway(model, request)
    return 'ended'
  },
  does: async (real, { by }, model) => {
    const request = model.picked
    if (!request) return
    await real.says((inbox, operations) =>
      operations.endEarly({ by: by ?? request.by, inbox, request: real.idOf(request), press: undefined }),
    )
  },
}

/** The requester has those whom he asked reminded. */
export const nudge: Doing<Own> = {
  name: 'nudge',
  expects(model, { by, which }) {
    const request = model.pick(which, isPending)
    if (!request) return 'nothing asked'
    if (by !== undefined && request.by !== by) return 'not his'
    if (request.state !== 'pending') return `${request.state} already`
    if (model.pause) return 'paused'
    if (model.isFrozen(request.by, request.subject)) return 'frozen'
    if (request.nudges >= 3) return 'often enough'
    if (request.nudgedAt !== null && model.now < request.nudgedAt + 2 * MINUTE) return 'a moment ago'
    request.nudges += 1
    request.nudgedAt = model.now
    return 'reminded'
  },
  does: async (real, { by }, model) => {
    const request = model.picked
    if (!request) return
    await real.says((inbox, operations) =>
      operations.nudge({ by: by ?? request.by, inbox, request: real.idOf(request), press: undefined }),
    )
  },
}

/** Slack does not take the card of somebody who should decide: whoever comes next is told at once. */
export const unreached: Doing<{ readonly which: number }> = {
  name: 'a card cannot be delivered',
  expects(model, { which }) {
    const request = model.pick(
      which,
      ({ state, told, entitlement }) => state === 'pending' && told === 0 && entitlement === 'orders',
    )
    if (request?.state !== 'pending') return 'nothing asked'
    if (request.entitlement !== 'orders') return 'nobody comes next'
    if (request.told > 0) return 'told already'
    request.undelivered = true
    if (!model.tellsMore(request)) return 'the next are told later'
    request.told = LENGTHS.escalate
    return 'the next are told at once'
  },
  does: async (real, _args, model) => {
    const request = model.picked
    if (request) await real.cannotDeliver(real.idOf(request))
  },
}

/** It looks wrong to somebody who was asked: nothing is given to the requester any more. */
export const looksWrong: Doing<Decision> = {
  name: 'looks wrong',
  expects(model, { by, which }) {
    const request = pickToStop(model, { by, which })
    if (!request) return 'nothing asked'
    const no = mayDecide(model, by, request)
    if (no) return no
    const wasPending = request.state === 'pending'
    if (!wasPending && !request.grant?.live) return 'over already'
    if (wasPending) model.decide(request, 'denied')
    else takeAway(model, request)
    model.frozen.add(request.by)
    model.frozen.add(request.subject)
    return wasPending ? 'denied' : 'taken away'
  },
  does: async (real, { by }, model) => {
    const request = model.picked
    if (!request) return
    await real.presses(by, real.idOf(request), 'approvers', (press, operations) => operations.looksWrong(press))
  },
}

/** An approver says that an approval in his name was not his. */
export const disown: Doing<Decision> = {
  name: 'that was not me',
  expects(model, { by: anybody, which }) {
    const request = model.pick(
      which,
      ({ approvals, state, grant }) => approvals.length > 0 && (state === 'pending' || grant?.live === true),
    )
    if (!request) return 'nothing approved'
    const approval = which % 3 > 0 ? request.approvals[0] : request.approvals.find((one) => one.by === anybody)
    if (!approval) return 'not his approval'
    const { by, subject } = approval
    if (request.disowned.has(by)) return 'said already'
    request.disowned.add(by)
    model.frozen.add(by)
    model.frozen.add(subject)
    if (request.state === 'pending') {
      model.decide(request, 'cancelled')
      return 'cancelled'
    }
    const last = model.goesOnAs(request)
    if (!last?.grant?.live) return 'over already'
    takeAway(model, last)
    return 'taken away'
  },
  does: async (real, { by: anybody, which }, model) => {
    const request = model.picked
    if (!request) return
    const by = which % 3 > 0 ? (request.approvals[0]?.by ?? anybody) : anybody
    await real.presses(by, real.idOf(request), 'receipt', (press, operations) => operations.disown(press))
  },
}
