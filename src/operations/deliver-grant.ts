import type { Adapter } from '../adapters/contract.ts'
import { AdapterError } from '../core/adapter-error.ts'
import { backoffMs } from '../core/backoff.ts'
import { type Change, merge, nothing } from '../core/change.ts'
import { endExtended, keepExtended } from '../core/extending.ts'
import { keysOf } from '../core/freezing.ts'
import type { Grant } from '../core/grant.ts'
import { activate, announceCall, concludeCall, mayBeGiven, notePreexisting } from '../core/granting.ts'
import { failGrant, type GrantFailure, revokeEffect } from '../core/revoking.ts'
import type { Delivery } from '../core/store.ts'
import { amend, grantOf, type Leaning, leaningOf, settling } from './amend.ts'
import { adapterFor, callFor, callWithin, patienceWith } from './call.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'

/** What one attempt to grant came to. */
type Attempt =
  | { readonly kind: 'held' | 'not-yet' | 'ended' }
  | { readonly kind: 'failed'; readonly error: AdapterError }
  /** Nothing may be given any more. */
  | { readonly kind: 'stopped'; readonly why: GrantFailure }

/** One attempt to give a granting grant its access. */
export async function deliverGrant(deps: Deps, delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
  deps.reached('grant.claimed')
  const id = grantOf(delivery, 'grant')
  const call = { made: false, answered: false }
  const attempt = await attemptGrant(deps, id, { signal, call })
  deps.reached('grant.confirmed')
  const now = deps.clock.now()
  await amend(deps, id, (leaning) => conclude(deps, delivery, { leaning, attempt, call }, now))
  deps.reached('grant.settled')
  return { kind: 'settled', reachable: reachableBy(attempt) }
}

/** Nothing is known of a target that was not asked. */
function reachableBy(attempt: Attempt): boolean | undefined {
  if (attempt.kind === 'ended' || attempt.kind === 'stopped') return undefined
  return attempt.kind !== 'failed' || attempt.error.kind !== 'unreachable'
}

interface Trying {
  readonly signal: AbortSignal
  /** Whether this attempt made the grant call itself, and was answered. */
  readonly call: { made: boolean; answered: boolean }
}

async function attemptGrant(deps: Deps, id: Grant['id'], { signal, call }: Trying): Promise<Attempt> {
  const { grant } = await leaningOf(deps, id)
  if (grant.state !== 'granting') return { kind: 'ended' }
  if (deps.clock.now() >= grant.grantBy) return { kind: 'ended' }
  try {
    const adapter = await adapterFor(deps, grant)
    const preexisting = await askPreexisting(deps, adapter, grant, signal)
    const refused = preexisting ? undefined : await callGrant(deps, adapter, grant, { signal, call })
    if (refused) return refused
    const held = await callWithin((within) => adapter.holds(callFor(grant), within), deadline(deps, grant, signal))
    return { kind: held ? 'held' : 'not-yet' }
  } catch (error) {
    if (error instanceof AdapterError) return { kind: 'failed', error }
    throw error
  }
}

/** Each call ends when the target's patience does, or when granting must be over. */
function deadline(deps: Deps, grant: Grant, signal: AbortSignal) {
  const { timeoutMs } = patienceWith(deps, grant.target)
  return { withinMs: Math.min(timeoutMs, grant.grantBy - deps.clock.now()), signal }
}

/** Asked once for each holding, and stored before the first grant call: later grants inherit the answer. */
async function askPreexisting(deps: Deps, adapter: Adapter, grant: Grant, signal: AbortSignal): Promise<boolean> {
  const { holding } = await leaningOf(deps, grant.id)
  if (holding.preexisting !== null) return holding.preexisting
  const held = await callWithin((within) => adapter.holds(callFor(grant), within), deadline(deps, grant, signal))
  deps.reached('grant.preexisting-asked')
  await amend(deps, grant.id, ({ holding }) =>
    holding.preexisting === null ? notePreexisting(holding, held) : nothing,
  )
  deps.reached('grant.preexisting-stored')
  return held
}

/** Announces the call, then makes it; unless the grant was ended before, or nothing may be given any more. */
async function callGrant(
  deps: Deps,
  adapter: Adapter,
  grant: Grant,
  { signal, call }: Trying,
): Promise<Attempt | undefined> {
  const limits = deadline(deps, grant, signal)
  const refused = await announce(deps, grant, limits.withinMs)
  if (refused) return refused
  deps.reached('grant.call-announced')
  call.made = true
  const onLateYes = () => void answerLateYes(deps, grant)
  await callWithin((within) => adapter.grant(callFor(grant), within), { ...limits, onLateYes })
  call.answered = true
  deps.reached('grant.called')
  return undefined
}

/**
 * Stores that a call is coming. A pause or a freeze since the decision stops it: no call begins after one is stored, for
 * the first time or again.
 */
async function announce(deps: Deps, { id, target }: Grant, withinMs: number): Promise<Attempt | undefined> {
  const { quietMs } = patienceWith(deps, target)
  return retryWhenStale(async () => {
    const { grant, holding } = await leaningOf(deps, id)
    if (grant.state !== 'granting') return { kind: 'ended' }
    const why = await stoppedBy(deps, grant)
    if (why) return { kind: 'stopped', why }
    const announced = announceCall(holding, deps.clock.now() + withinMs, quietMs)
    await commit(deps, merge(announced, { guards: mayBeGiven(grant) }))
    return undefined
  })
}

/** Why nothing may be given any more. What people typed is in no event’s details, and a failure is one. */
async function stoppedBy({ store }: Deps, { subject, requester: id }: Grant): Promise<GrantFailure | undefined> {
  if (await store.pause()) return { code: 'paused', why: 'The security people stopped all new access.' }
  const frozen = await store.freezes(keysOf({ subject, id }))
  return frozen.length === 0 ? undefined : { code: 'frozen', why: 'Security has to look at something first.' }
}

/** A yes that comes after the call was given up is answered by one more revoke, if the grant is ending. */
async function answerLateYes(deps: Deps, grant: Grant): Promise<void> {
  try {
    const latest = await deps.store.grant(grant.id)
    if (latest?.state === 'revoking') await commit(deps, { effects: [revokeEffect(latest, deps.clock.now())] })
    deps.log.warn({ grant: grant.id, state: latest?.state }, 'a grant call that was given up has succeeded late')
  } catch (error) {
    deps.log.error({ grant: grant.id, err: error }, 'could not act on a late yes; the quiet period covers it')
  }
}

interface Concluding {
  readonly leaning: Leaning
  readonly attempt: Attempt
  readonly call: { readonly made: boolean; readonly answered: boolean }
}

function conclude(deps: Deps, delivery: Delivery, concluding: Concluding, now: number): Change {
  const { attempt, leaning } = concluding
  const { grant, others } = leaning
  const after = concludeHolding(deps, concluding)
  if (grant.state !== 'granting') return settling(delivery, after, null)
  const extended = others.find(({ extendedBy }) => extendedBy === grant.id)
  if (attempt.kind === 'held') {
    const ended = extended ? endExtended(extended, grant, now) : nothing
    return settling(delivery, merge(activate(grant, now), ended, after), null)
  }
  const failure = failureOf(attempt, grant, now)
  if (failure) {
    const kept = extended ? keepExtended(extended, now) : nothing
    return settling(delivery, merge(failGrant(grant, failure, extended, now), kept, after), null)
  }
  const wait = backoffMs(delivery.attempts + 1, deps.ids.fraction())
  return settling(delivery, after, Math.min(now + wait, grant.grantBy))
}

/**
 * A call announced by this attempt is known when the target shows what it answered. It is not while a call before it may
 * be what the target shows; nor is one that an earlier process announced.
 */
function concludeHolding(deps: Deps, { leaning, attempt, call }: Concluding): Change {
  const { holding } = leaning
  if (holding.callEndsAt === null) return nothing
  const lost = attempt.kind === 'failed' && attempt.error.outcomeUnknown
  const unsure = lost || holding.settlesAt !== null || (call.answered && attempt.kind !== 'held')
  const { quietMs } = patienceWith(deps, holding.target)
  return { holdings: [concludeCall(holding, call.made && !unsure ? 'known' : 'unknown', quietMs)] }
}

/** Why granting is over; `undefined`: it is tried again. */
function failureOf(attempt: Attempt, grant: Grant, now: number): GrantFailure | undefined {
  if (attempt.kind === 'stopped') return attempt.why
  const final = attempt.kind === 'failed' && attempt.error.kind !== 'unreachable'
  if (final) return { code: attempt.error.kind, why: attempt.error.message }
  if (now < grant.grantBy) return undefined
  return attempt.kind === 'failed'
    ? { code: attempt.error.kind, why: attempt.error.message }
    : { code: 'not-held', why: 'The target did not show the access in time.' }
}
