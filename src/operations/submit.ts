import { type Change, merge } from '../core/change.ts'
import type { Copy } from '../core/copy.ts'
import { formatDuration } from '../core/duration.ts'
import { openGranted, openingGuards, openRequest } from '../core/opening.ts'
import type { Entitlement, Rule } from '../core/policy.ts'
import type { PendingRequest } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { namesOf } from '../core/rule-choice.ts'
import { draftRequest, type Membership, mayOpen, othersWhoDecide, wanted } from '../core/submission.ts'
import { answered, commit, refused, retryWhenStale } from './commit.ts'
import { sha256 } from './hash.ts'
import { historyOf } from './history.ts'
import { holdingFor } from './holding.ts'
import { openerOf } from './opener.ts'
import type { Ask } from './operations.ts'
import type { Deps } from './ports.ts'

/** A requester asked for an entitlement. */
export async function submit(deps: Deps, ask: Ask): Promise<void> {
  await retryWhenStale(async () => {
    const entitlement = deps.policy.entitlements.get(ask.entitlement)
    const opened = entitlement ? await open(deps, ask, entitlement) : noSuchEntitlement(ask.entitlement)
    const now = deps.clock.now()
    const event = { name: 'request.refused', entitlement: entitlement?.id } as const
    await commit(deps, opened.ok ? opened.value : refused(deps, ask, opened.refusal, event, now))
  })
}

export function noSuchEntitlement(typed: string) {
  return refuse(
    'no-such-entitlement',
    `There is no “${typed}” to ask for. Type the command with “help” to see what there is.`,
  )
}

async function open(deps: Deps, ask: Ask, entitlement: Entitlement): Promise<Result<Change>> {
  const read = await readAsk(deps, ask, entitlement)
  if (!read.ok) return read
  const { person, membership, asked } = read.value
  const { rule, passedOver } = asked.choice
  const now = deps.clock.now() // after the look-ups: the time that access lasts begins when it is given
  const history = await historyOf(deps, person, asked, now)
  const may = mayOpen(history, deps.policy.people.limits)
  if (!may.ok) return may
  const id = deps.ids.requestId()
  const draft = draftRequest({ id, person, wanted: asked, membership, hash: sha256 }, now)
  if (!draft.ok) return draft
  const guards = openingGuards(person, rule, deps.policy.people.limits, now)
  const copies = copiesFor(deps, draft.value, rule, membership)
  const answer = answered(ask, sentenceFor(draft.value, rule, passedOver), now)
  if (rule.approval === 'people') return accept(merge(openRequest(draft.value, copies, guards), answer))
  const gate = deps.gate.mayGrant()
  if (!gate.ok) return gate
  return accept(merge(openGranted(draft.value, copies, guards, await holdingFor(deps, draft.value, now)), answer))
}

/** Who asks for what, from the cache; where that gives access at once, everything is looked up afresh and read again. */
async function readAsk(deps: Deps, ask: Ask, entitlement: Entitlement) {
  for (const freshness of ['lately', 'now'] as const) {
    const opener = await openerOf(deps, ask.by, entitlement, { freshness, now: deps.clock.now() })
    if (!opener.ok) return opener
    const { person, standing, membership } = opener.value
    const asked = wanted(entitlement, ask, standing)
    if (!asked.ok) return asked
    const isSure = freshness === 'now' || asked.value.choice.rule.approval === 'people'
    if (isSure) return accept({ person, membership, asked: asked.value })
  }
  throw new Error('a fresh look-up is sure')
}

/** Where the cards go: the rule's channel, the requests channel, or else each approver; and one to the requester. */
function copiesFor({ ids, policy }: Deps, request: PendingRequest, rule: Rule, membership: Membership): Copy[] {
  const channel = rule.channel ?? policy.requestsChannel
  const deciders = othersWhoDecide(rule, membership, request.terms.requester)
  const copy = (audience: Copy['audience'], destination: string): Copy => {
    return { id: ids.opaque(), version: 0, request: request.id, audience, destination, channel: null, ts: null }
  }
  const cards = channel === undefined ? deciders : [channel]
  return [...cards.map((to) => copy('approvers', to)), copy('requester', request.terms.requester)]
}

function sentenceFor({ id, terms }: PendingRequest, rule: Rule, passedOver: readonly string[]): string {
  const what = `${terms.entitlement} for ${formatDuration(terms.ttlMs)}`
  const why = passedOver.length > 0 ? ` (${passedOver.join('; ')})` : ''
  if (rule.approval === 'none')
    return `${id}: you get ${what} under ${rule.name}, without approval. I tell you when it works.${why}`
  const whom = rule.quorum === 1 ? 'One of' : `${rule.quorum} people of`
  return `${id}: asked for ${what}. ${whom} ${namesOf(rule.approvers)} must agree; I tell you as soon as they do.${why}`
}
