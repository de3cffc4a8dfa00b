import { type Due, dueFor, nextAskAt, remindersBy } from '../core/asking.ts'
import { type Change, merge, nothing } from '../core/change.ts'
import { type Copy, newCopy } from '../core/copy.ts'
import { noticesFor, tellStep } from '../core/escalating.ts'
import type { RequestId } from '../core/ids.ts'
import type { Escalation, Rule } from '../core/policy.ts'
import { remind, remindable } from '../core/reminding.ts'
import type { PendingRequest } from '../core/request.ts'
import type { Delivery } from '../core/store.ts'
import { settling } from './amend.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'
import { peopleOf } from './step-people.ts'
import { keepUntold, LOOK_AGAIN_MS, type Untold, untoldOf } from './untold.ts'

type Needs = Pick<Deps, 'clock' | 'ids' | 'people' | 'policy' | 'reached' | 'store'>

/** A pending request, with what is read to decide who is asked next. */
interface Open {
  readonly request: PendingRequest
  readonly rule: Rule
  readonly copies: readonly Copy[]
}

/** What is due for a pending request: those who were asked are reminded, or more people are told. */
export async function askOn(deps: Needs, delivery: Delivery): Promise<Outcome> {
  await retryWhenStale(async () => {
    const open = await openOf(deps, delivery)
    const change = open ? await askedOn(deps, open, deps.clock.now()) : nothing
    await commit(deps, settling(delivery, change, null))
  })
  return { kind: 'settled', reachable: undefined }
}

/** `undefined`: nobody need be asked any more. */
async function openOf({ store, policy }: Needs, { effect }: Delivery): Promise<Open | undefined> {
  const request = effect.kind === 'ask' ? await store.request(effect.request) : undefined
  const rule = request && policy.rules.get(request.terms.rule)
  if (request?.state !== 'pending' || !rule) return undefined
  return { request, rule, copies: await store.copiesOf(request.id) }
}

/** Nothing could be given now, whoever agreed. */
async function isHeldUp({ store }: Needs, { terms }: PendingRequest): Promise<boolean> {
  const [pause, frozen] = await Promise.all([store.pause(), store.freezes([terms.subject, terms.requester])])
  return pause !== undefined || frozen.length > 0
}

/** Everything that is due, in one Change; asks for itself again. */
async function askedOn(deps: Needs, { request, rule, copies }: Open, now: number): Promise<Change> {
  if (await isHeldUp(deps, request)) return askAgain(request.id, [now + LOOK_AGAIN_MS]) // nobody is bothered in vain
  const due = dueFor(request, rule, copies, now)
  const reminded = due.reminds ? { ...request, reminded: remindersBy(request, rule, now) } : request
  const cards = due.reminds ? remindable(request, copies) : []
  const told = await tellSteps(deps, { request: reminded, rule, copies }, due, now)
  const after = { ...reminded, escalatedMs: due.steps.at(-1)?.afterMs ?? request.escalatedMs }
  const isChanged = due.reminds || due.steps.length > 0
  return merge(
    isChanged ? { requests: [after] } : nothing,
    cards.length > 0 ? remind(reminded, cards, 'system', now) : nothing,
    told.change,
    askAgain(request.id, [nextAskAt(after, rule, now), told.lookAgainAt]),
  )
}

/** The steps that are due, and whoever could not be looked up for an earlier one. */
async function tellSteps(deps: Needs, { request, rule, copies }: Open, { steps, early }: Due, now: number) {
  const before = await untoldOf(deps, request.id)
  const late = before.flatMap((untold) => lateStep(rule, untold))
  const untold: Untold[] = []
  let all = copies
  let change: Change = nothing
  for (const step of [...late, ...steps]) {
    const looked = await peopleOf(deps, request, step)
    const unknown = step.to.map(({ name }) => name).filter((name) => !looked.has(name))
    untold.push(...unknown.map((group) => ({ afterMs: step.afterMs, group })))
    const isLate = late.includes(step)
    if (isLate && unknown.length > 0) continue // nothing new is known of it
    const made = noticesFor(request, step, looked, all).map((notice) => cardFor(deps, request.id, step, notice))
    change = merge(change, tellStep(request, step, { copies: made, early: isLate ? undefined : early, unknown }, now))
    all = [...all, ...made]
  }
  const lookAgainAt = untold.length > 0 ? now + LOOK_AGAIN_MS : undefined
  return { change: merge(change, keepUntold(request.id, before, untold)), lookAgainAt }
}

/** What is left of a step: one group of it. */
function lateStep({ escalate }: Rule, { afterMs, group }: Untold): Escalation[] {
  return escalate
    .filter((step) => step.afterMs === afterMs && step.to.some(({ name }) => name === group))
    .slice(0, 1)
    .map((step) => ({ ...step, to: step.to.filter(({ name }) => name === group), channels: [] }))
}

function cardFor(
  { ids }: Pick<Deps, 'ids'>,
  request: RequestId,
  { afterMs: stepMs }: Escalation,
  notice: Pick<Copy, 'destination' | 'thread'>,
): Copy {
  return newCopy({ id: ids.opaque(), request, audience: 'approvers', ...notice, stepMs })
}

/** The attempt is settled before: what was asked for meanwhile, because a card cannot be delivered, is due at once. */
function askAgain(request: RequestId, times: readonly (number | undefined)[]): Change {
  const due = times.filter((at) => at !== undefined) as number[]
  return due.length > 0 ? { effects: [{ kind: 'ask', request, dueAt: Math.min(...due) }] } : nothing
}
