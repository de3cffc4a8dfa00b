import { type Change, merge } from '../core/change.ts'
import { addApproval, approveRequest, stillPending } from '../core/deciding.ts'
import { extensionOf, leavesTime } from '../core/extending.ts'
import { notFrozen } from '../core/freezing.ts'
import { usesGuard } from '../core/opening.ts'
import type { Person } from '../core/person.ts'
import type { PendingRequest, Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { answered, commit, retryWhenStale } from './commit.ts'
import { mayGrantNow } from './gate.ts'
import { holdingFor } from './holding.ts'
import { mayAllow } from './identity.ts'
import type { Press } from './operations.ts'
import type { Deps } from './ports.ts'
import { noSuchRequest, refusedPress } from './refused-press.ts'
import { shorterOrWhole } from './shorten.ts'
import { checkPress, hearDecider, requesterStillMay, type Voice } from './voice.ts'
import { countVoice } from './vote.ts'

/** An approval; with `ttlMs`, of a shorter time than was asked for. */
export type Approving = Press & { readonly ttlMs?: number | undefined }

/** An approver pressed Approve. */
export async function approve(deps: Deps, press: Approving): Promise<void> {
  const known = await deps.store.request(press.request)
  const voice = known ? await hear(deps, press, known) : noSuchRequest()
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(press.request)
    const decided = await decide(deps, { press, request, voice }, now)
    await commit(deps, decided.ok ? decided.value : refusedPress(deps, press, request, decided.refusal, now))
  })
}

/**
 * Authority before state: afresh, because yesterday's approver may be gone, and so may the requester. Both are looked up at
 * the same time, because somebody waits.
 */
async function hear(deps: Deps, press: Press, request: Request): Promise<Result<Voice>> {
  const isPending = request.state === 'pending'
  const [approver, requester] = await Promise.all([
    hearDecider(deps, press.by, request, 'now', deps.clock.now()),
    isPending ? requesterStillMay(deps, request) : accept(true),
  ])
  return approver.ok && !requester.ok ? requester : approver
}

interface Decision {
  readonly press: Approving
  readonly request: Request | undefined
  readonly voice: Result<Voice>
}

async function decide(deps: Deps, { press, request, voice }: Decision, now: number): Promise<Result<Change>> {
  if (!voice.ok) return voice
  if (!request) return noSuchRequest()
  const { person: by, groups } = voice.value
  const known = await mayAllow(deps, by)
  if (!known.ok) return known
  const card = await checkPress(deps, press, request, 'approvers')
  if (!card.ok) return card
  const pending = stillPending(request, now)
  if (!pending.ok) return pending
  const may = await mayGive(deps, pending.value)
  if (!may.ok) return may
  const ttlMs = shorterOrWhole(deps, request, press.ttlMs)
  if (!ttlMs.ok) return ttlMs
  const voted = addApproval(pending.value, by, { groups, ttlMs: ttlMs.value }, now)
  if (!voted.ok) return voted
  const counted = await countVoice(deps, voted.value, by, now, () => grantIt(deps, voted.value, by, now))
  if (!counted.ok) return counted
  const { change, sentence } = counted.value
  return accept(merge(change, known.value, card.value, answered(press, sentence, now)))
}

/** Whether access may be given at all just now, and to this requester. */
async function mayGive(deps: Deps, { terms: { subject, requester } }: PendingRequest): Promise<Result<true>> {
  const gate = await mayGrantNow(deps)
  return gate.ok ? notFrozen(await deps.store.freezes([subject, requester]), 'the requester’s') : gate
}

async function grantIt(deps: Deps, request: PendingRequest, by: Person, now: number): Promise<Result<Change>> {
  const { subject, entitlement, rule } = request.terms
  const live = await deps.store.liveGrant(subject, entitlement)
  const extended = live?.state === 'active' && live.id === request.extends ? live : undefined
  if (live && !extended) return refuse('already-held', `The requester has this already: ${live.id}.`)
  const limited = deps.policy.rules.get(rule)
  if (!limited) return refuse('terms-changed', 'The rule of this request is gone. It must be asked again.')
  if (limited.limit) {
    const used = await deps.store.usesSince(subject, rule, now - limited.limit.perMs)
    if (used >= limited.limit.uses) return refuse('limit', `The requester has used up the limit of ${rule}.`)
  }
  const extension = extended && extensionOf(extended, limited)
  const left = extension ? leavesTime(extension) : accept(true)
  if (!left.ok) return left
  const ground = { holding: await holdingFor(deps, request, now), extension, guards: usesGuard(limited, subject, now) }
  return accept(approveRequest(request, ground, by.id, now))
}
