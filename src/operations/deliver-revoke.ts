import { AdapterError } from '../core/adapter-error.ts'
import { backoffMs } from '../core/backoff.ts'
import { type Change, merge, nothing, record } from '../core/change.ts'
import { type Grant, isLive, type Revoking } from '../core/grant.ts'
import { about } from '../core/granting.ts'
import { type Holding, settledAt } from '../core/holding.ts'
import { awaitLateEffect, finishRevoke, flagStuck, wayOut } from '../core/revoking.ts'
import type { Delivery } from '../core/store.ts'
import { amend, grantOf, type Leaning, leaningOf, settling } from './amend.ts'
import { adapterFor, callFor, callWithin, patienceWith } from './call.ts'
import type { Outcome } from './delivery.ts'
import type { Deps } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'store' | 'policy' | 'ids' | 'adapters' | 'reached'>

/** What one attempt to revoke came to. `released`: the target was left alone. */
type Attempt =
  | { readonly kind: 'released' | 'gone' | 'still-held' | 'over' }
  | { readonly kind: 'failed'; readonly error: AdapterError }

/** How many failed attempts make one more audit event: the first is told at once. */
const TELL_EVERY = 10

/** One attempt to take a grant's access away. Nothing is final here: whatever fails is tried again. */
export async function deliverRevoke(deps: Needs, delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
  deps.reached('revoke.claimed')
  const id = grantOf(delivery, 'revoke')
  const attempt = await attemptRevoke(deps, id, signal)
  deps.reached('revoke.confirmed')
  const now = deps.clock.now()
  await amend(deps, id, (leaning) => conclude(deps, delivery, { leaning, attempt }, now))
  deps.reached('revoke.settled')
  return { kind: 'settled', reachable: reachableBy(attempt) }
}

/** Nothing is known of a target that was left alone. */
function reachableBy(attempt: Attempt): boolean | undefined {
  if (attempt.kind === 'released' || attempt.kind === 'over') return undefined
  return attempt.kind !== 'failed' || attempt.error.kind !== 'unreachable'
}

function isNeeded({ others }: Leaning): boolean {
  return others.some(isLive)
}

async function attemptRevoke(deps: Needs, id: Grant['id'], signal: AbortSignal): Promise<Attempt> {
  const leaning = await leaningOf(deps, id)
  const { grant, holding } = leaning
  if (grant.state !== 'revoking') return { kind: 'over' }
  if (wayOut(holding, isNeeded(leaning)) === 'released') return { kind: 'released' }
  try {
    const adapter = await adapterFor(deps, grant)
    const within = { withinMs: patienceWith(deps, grant.target).timeoutMs, signal }
    await callWithin((aborting) => adapter.revoke(callFor(grant), aborting), within)
    deps.reached('revoke.called')
    const held = await callWithin((aborting) => adapter.holds(callFor(grant), aborting), within)
    return { kind: held ? 'still-held' : 'gone' }
  } catch (error) {
    if (error instanceof AdapterError) return { kind: 'failed', error }
    throw error
  }
}

function conclude(
  deps: Needs,
  delivery: Delivery,
  { leaning, attempt }: { leaning: Leaning; attempt: Attempt },
  now: number,
): Change {
  const { grant, holding, others } = leaning
  if (grant.state !== 'revoking') return settling(delivery, {}, null)
  const last = others.length === 0
  switch (attempt.kind) {
    case 'released':
      return release(delivery, leaning, now)
    case 'gone':
      return gone(deps, delivery, { grant, holding, last }, now)
    case 'over':
      return settling(delivery, {}, now)
    case 'still-held':
    case 'failed':
      return settling(
        delivery,
        failed(delivery, grant, attempt, now),
        now + backoffMs(delivery.attempts + 1, deps.ids.fraction()),
      )
  }
}

/** Left alone only while the reason for it still holds; otherwise the target is asked after all. */
function release(delivery: Delivery, leaning: Leaning, now: number): Change {
  const { grant, holding, others } = leaning
  if (grant.state !== 'revoking' || wayOut(holding, isNeeded(leaning)) !== 'released')
    return settling(delivery, {}, now)
  const finish = finishRevoke(grant, holding, { detail: 'released', last: others.length === 0 }, now)
  const needed = holding.preexisting === false
  const guards = needed ? [{ kind: 'holding-needed', holding: holding.id, besides: grant.id } as const] : []
  return settling(delivery, merge(finish, { guards }), null)
}

function gone(
  deps: Needs,
  delivery: Delivery,
  { grant, holding, last }: { grant: Revoking; holding: Holding; last: boolean },
  now: number,
): Change {
  const settled = settledAt(holding, patienceWith(deps, grant.target).quietMs)
  if (settled > now) return settling(delivery, awaitLateEffect(grant, now), settled)
  return settling(delivery, finishRevoke(grant, holding, { detail: 'confirmed', last }, now), null)
}

/** An answer that no repeat would change is an alarm at once; a target that is away for a moment is none. */
function failed(delivery: Delivery, grant: Revoking, attempt: Attempt, now: number): Change {
  const round = attempt.kind === 'still-held' ? grant.round + 1 : grant.round // a repetition is answered as before
  const held = { ...grant, goneAt: null, round }
  const cannotWork = attempt.kind === 'failed' && attempt.error.kind !== 'unreachable'
  const alarm = cannotWork ? flagStuck(held, now) : nothing
  const moved = grant.goneAt !== null || round > grant.round
  const changed = alarm === nothing && moved ? { grants: [held] } : alarm
  if (delivery.attempts % TELL_EVERY !== 0) return changed
  const code = attempt.kind === 'failed' ? attempt.error.kind : 'still-held'
  const why = attempt.kind === 'failed' ? attempt.error.message : 'The target still shows the access.'
  const detail = { code, why, attempt: delivery.attempts + 1 }
  return merge(changed, record({ name: 'grant.revoke-failed', at: now, actor: 'system', ...about(grant), detail }))
}
