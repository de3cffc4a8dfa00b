import { type Change, merge } from '../core/change.ts'
import { type Copy, newCopy } from '../core/copy.ts'
import { formatDuration } from '../core/duration.ts'
import { openGranted, openingGuards, openRequest } from '../core/opening.ts'
import { accept, type Result } from '../core/result.ts'
import { namesOf } from '../core/rule-choice.ts'
import { othersWhoDecide } from '../core/submission.ts'
import { answered } from './commit.ts'
import { type Draft, draftOf, type Wish } from './draft.ts'
import { holdingFor } from './holding.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'

/** Opens the request that somebody wishes for, with its grant where nobody has to agree. */
export async function openedFor(deps: Deps, wish: Wish, said: Said): Promise<Result<Change>> {
  const drafted = await sureDraftOf(deps, wish)
  if (!drafted.ok) return drafted
  const { request, person, rule, extension, now } = drafted.value
  const guards = openingGuards(person, rule, deps.policy.people.limits, now)
  const copies = copiesFor(deps, drafted.value)
  const answer = answered(said, sentenceFor(drafted.value), now)
  if (rule.approval === 'people') return accept(merge(openRequest(request, copies, guards), answer))
  const gate = deps.gate.mayGrant()
  if (!gate.ok) return gate
  const ground = { holding: await holdingFor(deps, request, now), extension }
  return accept(merge(openGranted(request, copies, guards, ground), answer))
}

/** From the cache; where access is given at once, everything is looked up afresh and read again. */
async function sureDraftOf(deps: Deps, wish: Wish): Promise<Result<Draft>> {
  const drafted = await draftOf(deps, wish, 'lately')
  return drafted.ok && drafted.value.rule.approval === 'none' ? draftOf(deps, wish, 'now') : drafted
}

/** Where the cards go: the rule's channel, the requests channel, or else each approver; and one to the requester. */
function copiesFor({ ids, policy }: Deps, { request, rule, membership }: Draft): Copy[] {
  const channel = rule.channel ?? policy.requestsChannel
  const deciders = othersWhoDecide(rule, membership, request.terms.requester)
  const copy = (audience: Copy['audience'], destination: string): Copy => {
    return newCopy({ id: ids.opaque(), request: request.id, audience, destination })
  }
  const cards = channel === undefined ? deciders : [channel]
  return [...cards.map((to) => copy('approvers', to)), copy('requester', request.terms.requester)]
}

function sentenceFor({ request: { id, terms }, rule, passedOver, extension }: Draft): string {
  const length = formatDuration(terms.ttlMs)
  const what = extension
    ? `${length} more of ${terms.entitlement}, from approval`
    : `${terms.entitlement} for ${length}`
  const why = passedOver.length > 0 ? ` (${passedOver.join('; ')})` : ''
  if (rule.approval === 'none')
    return `${id}: you get ${terms.entitlement} for ${length}${extension ? ' from now' : ''} under ${rule.name}, without approval. I tell you when it works.${why}`
  const whom = rule.quorum === 1 ? 'One of' : `${rule.quorum} people of`
  return `${id}: asked for ${what}. ${whom} ${namesOf(rule.approvers)} must agree; I tell you as soon as they do.${why}`
}
