import { MINUTE } from '../support/make.ts'
import { comesIn, newRequest } from './asking.ts'
import type { Came, Model, ModelRequest } from './model.ts'
import type { Doing } from './step.ts'
import { LENGTHS, SECURITY, type Who } from './town.ts'

export interface Emergency {
  /** Unless it is the first who waits. */
  readonly by: Who
  readonly minutes: number
  readonly confirms: boolean
  /** Whether it is somebody who waits for an answer. */
  readonly waits: boolean
}

function whyNot(model: Model, { by, confirms }: Emergency): Came | undefined {
  const { subject, gone } = model.is(by)
  if (gone) return 'gone'
  if (!model.mayAsk(by) && !(model.outside.rotaAnswers && model.outside.rota.includes(by))) return 'no rule'
  const identity = comesIn(model, by)
  if (identity !== 'well') return identity
  if (model.pause) return 'paused'
  if (!confirms) return 'not confirmed'
  if (model.isFrozen(by, subject)) return 'frozen'
  if (model.liveGrant(subject, 'orders')) return 'held already'
  const late = model.requests.some(
    (one) =>
      (one.subject === subject || model.pins.get(one.by) === subject) &&
      one.review?.state === 'owed' &&
      one.review.dueAt <= model.now,
  )
  return late ? 'review overdue' : undefined
}

/** Somebody breaks the glass. */
export const emergency: Doing<Emergency> = {
  name: 'break glass',
  expects(model, args) {
    const waiting = model.requests.find((one) => one.state === 'pending' && one.entitlement === 'orders')
    model.picked = args.waits ? waiting : undefined
    const by = model.picked?.by ?? args.by
    const { minutes } = args
    const refused = whyNot(model, { ...args, by })
    if (refused) return refused
    const request = newRequest(model, by, { entitlement: 'orders', ttlMs: minutes * MINUTE, glass: true })
    model.pin(by)
    model.grant(request, request.ttlMs, undefined)
    request.review = { dueAt: model.now + LENGTHS.reviewWithin, state: 'owed', outcome: null }
    const waits = model.pendingOf(request.subject).filter((one) => one.entitlement === 'orders' && one.by === by)
    for (const one of waits) model.decide(one, 'cancelled')
    return waits.length > 0 ? 'granted instead of a request' : 'granted'
  },
  does: async (real, { by: anybody, minutes, confirms }, model) => {
    const by = model.picked?.by ?? anybody
    await real.says((inbox, operations) =>
      operations.emergency({
        by,
        inbox,
        entitlement: 'orders',
        ttlMs: minutes * MINUTE,
        purpose: 'incident',
        words: 'INC-42 the primary is down',
        confirm: confirms ? 'orders' : 'order',
      }),
    )
    await real.namesNewest(model)
  },
}

export interface Filing {
  readonly by: Who
  readonly which: number
  readonly outcome: 'justified' | 'not-justified' | 'drill'
}

const isOwed = ({ review, grant }: ModelRequest) => review?.state === 'owed' && !grant?.live

/** What the glass was broken for, and the requests that went on from it. */
function chain(model: Model, request: ModelRequest): readonly ModelRequest[] {
  const next = request.grant?.extended
    ? model.requests.find((one) => one.extends === request.number && one.grant)
    : undefined
  return next ? [request, ...chain(model, next)] : [request]
}

/** Somebody says what a use of broken glass comes to. */
export const review: Doing<Filing> = {
  name: 'review',
  expects(model, { by, which, outcome }) {
    const request = model.pick(which, isOwed)
    if (!request) return 'nothing broken'
    if (!request.review) return 'none owed'
    const { subject, gone } = model.is(by)
    if (gone) return 'gone'
    if (by === request.by || subject === request.subject) return 'his own'
    const agreed = chain(model, request).flatMap(({ approvals }) => approvals)
    if (agreed.some((one) => one.by === by || one.subject === subject)) return 'agreed to more time'
    if (!SECURITY.includes(by)) return 'no reviewer'
    const identity = comesIn(model, by)
    if (identity !== 'well') return identity
    if (model.isFrozen(by, subject)) return 'frozen'
    if (request.review.state === 'filed') return 'filed already'
    if (chain(model, request).some(({ grant }) => grant?.live)) return 'not over'
    request.review.state = 'filed'
    request.review.outcome = outcome
    model.pin(by)
    return outcome
  },
  does: async (real, { by, outcome }, model) => {
    const request = model.picked
    if (!request) return
    await real.presses(by, real.idOf(request), 'glass', (press, operations) =>
      operations.fileReview({ ...press, outcome, note: 'looked at it' }),
    )
  },
}
