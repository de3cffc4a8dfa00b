import { breakGlass, checkEmergency, draftGlass } from '../core/breaking-glass.ts'
import { type Change, merge, nothing } from '../core/change.ts'
import { cancelRequest } from '../core/deciding.ts'
import { formatDuration } from '../core/duration.ts'
import { instant } from '../core/granting.ts'
import type { SlackId } from '../core/ids.ts'
import type { BreakGlassRule, Entitlement } from '../core/policy.ts'
import type { PendingRequest } from '../core/request.ts'
import { accept, type Result } from '../core/result.ts'
import { answered, commit, refused, retryWhenStale } from './commit.ts'
import { mayGrantNow } from './gate.ts'
import { type Breaker, breakerOf, mayNow } from './glass.ts'
import { glassCopies, type Told, whoIsTold } from './glass-copies.ts'
import { sha256 } from './hash.ts'
import { pendingRequestsOf } from './history.ts'
import { holdingFor } from './holding.ts'
import { stillHimself } from './identity.ts'
import type { EmergencyAsk, GlassAsked } from './operations.ts'
import type { Deps } from './ports.ts'
import { noSuchEntitlement } from './submit.ts'

/**
 * Somebody breaks the glass: access at once, without approval. What his form was opened with counts for nothing here:
 * who he is and whether he may are looked up afresh.
 */
export async function emergency(deps: Deps, ask: EmergencyAsk): Promise<void> {
  const entitlement = deps.policy.entitlements.get(ask.entitlement)
  const ready = entitlement ? await readyFor(deps, ask.by, entitlement) : noSuchEntitlement(ask.entitlement)
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const decided = ready.ok ? await decide(deps, { ask, ...ready.value }, now) : ready
    const event = { name: 'request.refused', entitlement: entitlement?.id } as const
    await commit(deps, decided.ok ? decided.value : refused(deps, ask, decided.refusal, event, now))
  })
}

interface Ready {
  readonly breaker: Breaker
  /** His subject, where he is seen for the first time. */
  readonly pin: Change
  readonly told: Told
}

async function readyFor(deps: Deps, by: SlackId, entitlement: Entitlement): Promise<Result<Ready>> {
  const [breaker, told] = await Promise.all([
    breakerOf(deps, by, entitlement, 'now'),
    whoIsTold(deps, by, entitlement), // at the same time, because somebody waits
  ])
  if (!breaker.ok) return breaker
  const same = await stillHimself(deps, breaker.value.person)
  return same.ok ? accept({ breaker: breaker.value, pin: same.value, told }) : same
}

/** Whether a filled form would be accepted, from config and cache; changes nothing. */
export async function wouldBreakGlass(
  deps: Pick<Deps, 'clock' | 'ids' | 'people' | 'policy' | 'store'>,
  by: SlackId,
  asked: GlassAsked,
): Promise<Result<true>> {
  const entitlement = deps.policy.entitlements.get(asked.entitlement)
  if (!entitlement) return noSuchEntitlement(asked.entitlement)
  const breaker = await breakerOf(deps, by, entitlement, 'lately')
  if (!breaker.ok) return breaker
  const drafted = await glassDraftOf(deps, breaker.value, asked, deps.clock.now())
  return drafted.ok ? accept(true) : drafted
}

/** The request as it would be stored, of somebody who may. */
export async function glassDraftOf(
  deps: Pick<Deps, 'ids' | 'people' | 'policy' | 'store'>,
  breaker: Breaker,
  asked: GlassAsked,
  now: number,
): Promise<Result<PendingRequest>> {
  const checked = checkEmergency(breaker.entitlement, breaker.rule, asked)
  if (!checked.ok) return checked
  const may = await mayNow(deps, breaker, now)
  if (!may.ok) return may
  const id = deps.ids.requestId()
  return draftGlass({ ...breaker, id, checked: checked.value, link: asked.link, hash: sha256 }, now)
}

interface Decision extends Ready {
  readonly ask: EmergencyAsk
}

async function decide(deps: Deps, { ask, breaker, pin, told }: Decision, now: number): Promise<Result<Change>> {
  const { rule } = breaker
  const gate = await mayGrantNow(deps)
  if (!gate.ok) return gate
  const drafted = await glassDraftOf(deps, breaker, ask, now)
  if (!drafted.ok) return drafted
  const request = drafted.value
  const [holding, instead] = await Promise.all([holdingFor(deps, request, now), endWaiting(deps, request, now)])
  const copies = glassCopies(deps, request.id, breaker, told)
  const broken = breakGlass({ request, rule, copies, holding, untold: told.untold }, now)
  const answer = answered(ask, sentenceFor(request, rule, told, now), now)
  return accept(merge(pin, instead, broken, answer))
}

/** His ordinary requests for the same: nobody is to be asked, or reminded, for what he has. */
async function endWaiting(deps: Pick<Deps, 'store'>, { terms }: PendingRequest, now: number): Promise<Change> {
  const { subject, requester, entitlement } = terms
  const open = await pendingRequestsOf(deps, subject)
  const ended = open.map((request) => {
    const isTheSame = request.terms.requester === requester && request.terms.entitlement === entitlement
    return request.state === 'pending' && isTheSame ? cancelRequest(request, now, 'emergency') : nothing
  })
  return merge(...ended)
}

function sentenceFor({ id, terms }: PendingRequest, rule: BreakGlassRule, { untold }: Told, now: number): string {
  const due = instant(now + rule.review.withinMs)
  const others =
    untold.length > 0
      ? `Not told, because nobody could say who is in it: ${untold.join(', ')}. Call them. Everybody else is being told.`
      : 'Everybody is being told.'
  return `${id}: the glass is broken. You get ${terms.entitlement} for ${formatDuration(terms.ttlMs)}; I tell you when it works. ${others} Afterwards write what you did with it, on its card: a review is due ${due}.`
}
