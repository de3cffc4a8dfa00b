import { type Change, merge, nothing } from '../core/change.ts'
import { type Copy, newCopy } from '../core/copy.ts'
import { formatDuration } from '../core/duration.ts'
import { openGranted, openingGuards, openRequest } from '../core/opening.ts'
import type { Rule } from '../core/policy.ts'
import { mustAgree, placesOf } from '../core/quorum.ts'
import { threadOf } from '../core/reminding.ts'
import { accept, type Result } from '../core/result.ts'
import { namesOf } from '../core/rule-choice.ts'
import { othersWhoDecide } from '../core/submission.ts'
import { answered } from './commit.ts'
import { type Draft, draftOf, type Wish } from './draft.ts'
import { mayGrantNow } from './gate.ts'
import { holdingFor } from './holding.ts'
import { mayReceive, stillHimself } from './identity.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'

/** Opens the request that somebody wishes for, with its grant where nobody has to agree. */
export async function openedFor(deps: Deps, wish: Wish, said: Said): Promise<Result<Change>> {
  const drafted = await sureDraftOf(deps, wish)
  const known = await whoAsks(deps, wish, drafted)
  if (!known.ok) return known
  if (!drafted.ok) return drafted
  const { request, person, rule, extension, now } = drafted.value
  const guards = openingGuards(person, rule, deps.policy.people.limits, now)
  const copies = await copiesFor(deps, drafted.value)
  const gate = await mayGrantNow(deps)
  const answer = answered(said, `${sentenceFor(drafted.value)}${waitsFor(gate)}`, now)
  if (rule.approval === 'people') return accept(merge(openRequest(request, copies, guards, rule), known.value, answer))
  if (!gate.ok) return gate
  const ground = { holding: await holdingFor(deps, request, now), extension }
  return accept(merge(openGranted(request, copies, guards, ground), known.value, answer))
}

/** Whether somebody who asks is who he was, and not frozen; said before anything of what he asked. */
async function whoAsks(deps: Deps, { by }: Wish, drafted: Result<Draft>): Promise<Result<Change>> {
  if (drafted.ok) return stillHimself(deps, drafted.value.person) // a draft is drawn up for nobody who is frozen
  const person = await deps.people.lookUp(by, 'lately')
  return person.ok ? mayReceive(deps, person.value) : accept(nothing)
}

/** From the cache; where access is given at once, everything is looked up afresh and read again. */
async function sureDraftOf(deps: Deps, wish: Wish): Promise<Result<Draft>> {
  const drafted = await draftOf(deps, wish, 'lately')
  return drafted.ok && drafted.value.rule.approval === 'none' ? draftOf(deps, wish, 'now') : drafted
}

/**
 * Where the cards go: the rule's channel, the requests channel, or else each of the first approvers; and one to the
 * requester. More time is asked for in the thread of the card that gave the access.
 */
async function copiesFor(
  { ids, policy, store }: Deps,
  { request, rule, membership, extension }: Draft,
): Promise<Copy[]> {
  const { requester } = request.terms
  const channel = rule.channel ?? policy.requestsChannel
  const cards = channel === undefined ? othersWhoDecide({ ...rule, escalate: [] }, membership, requester) : [channel]
  const earlier = extension ? await store.copiesOf(extension.of.request) : []
  const copy = (audience: Copy['audience'], destination: string, thread: string | null): Copy => {
    return newCopy({ id: ids.opaque(), request: request.id, audience, destination, thread })
  }
  return [...cards.map((to) => copy('approvers', to, threadIn(earlier, to))), copy('requester', requester, null)]
}

/** The thread of the first card that stands there. */
function threadIn(cards: readonly Copy[], destination: string): string | null {
  const card = cards.find((one) => one.audience === 'approvers' && one.destination === destination && one.ts !== null)
  return card ? threadOf(card) : null
}

/** A request may wait while nothing can be given; whoever asks is told that it does. */
function waitsFor(gate: Result<true>): string {
  return !gate.ok && gate.refusal.code === 'paused' ? ` But it has to wait: ${gate.refusal.sentence}` : ''
}

function sentenceFor({ request: { id, terms }, rule, passedOver, extension }: Draft): string {
  const length = formatDuration(terms.ttlMs)
  const what = extension
    ? `${length} more of ${terms.entitlement}, from approval`
    : `${terms.entitlement} for ${length}`
  const why = passedOver.length > 0 ? ` (${passedOver.join('; ')})` : ''
  if (rule.approval === 'none')
    return `${id}: you get ${terms.entitlement} for ${length}${extension ? ' from now' : ''} under ${rule.name}, without approval. I tell you when it works.${why}`
  return `${id}: asked for ${what}. ${whoMustAgree(rule)} must agree; I tell you as soon as they do.${why}`
}

function whoMustAgree({ quorum, approvers, needs }: Rule): string {
  if (needs.length > 0) return mustAgree({ quorum, needs: placesOf(needs) })
  return `${quorum === 1 ? 'One of' : `${quorum} people of`} ${namesOf(approvers)}`
}
