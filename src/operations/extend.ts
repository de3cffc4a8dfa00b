import { canonicalJson } from '../core/canonical-json.ts'
import { alreadyHeld, extendable, extensionOf, leavesTime, toGrain } from '../core/extending.ts'
import type { Active } from '../core/grant.ts'
import { grantIdOf, type RequestId, type SlackId } from '../core/ids.ts'
import { subjectOf } from '../core/opening.ts'
import { accountOf, type Entitlement, type TtlRule } from '../core/policy.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { chooseRule } from '../core/rule-choice.ts'
import { ruleOf } from './ask-form.ts'
import { commit, refused, retryWhenStale } from './commit.ts'
import { draftOf, type Wish } from './draft.ts'
import { pendingRequestsOf } from './history.ts'
import { openedFor } from './open-request.ts'
import { standingOf } from './opener.ts'
import type { Extendable, MoreTime, Said } from './operations.ts'
import type { Deps } from './ports.ts'

/** A requester asks more time for what he holds: a new request, under the same rules, that names the grant. */
export async function extend(deps: Deps, order: Said & MoreTime): Promise<void> {
  await retryWhenStale(async () => {
    const wish = await wishOf(deps, order.by, order)
    const opened = wish.ok ? await openedFor(deps, wish.value, order) : wish
    if (opened.ok) return commit(deps, opened.value)
    const request = await deps.store.request(order.request)
    const event = { name: 'request.refused', ...(request ? subjectOf(request) : {}) } as const
    await commit(deps, refused(deps, order, opened.refusal, event, deps.clock.now()))
  })
}

/** Whether a filled form for more time would be accepted, from what is cached; changes nothing. */
export async function wouldExtend(deps: Deps, by: SlackId, more: MoreTime): Promise<Result<true>> {
  const wish = await wishOf(deps, by, more)
  if (!wish.ok) return wish
  const draft = await draftOf(deps, wish.value, 'lately')
  return draft.ok ? accept(true) : draft
}

/** What the form for more time needs to know, from what is cached; changes nothing. */
export async function extendableBy(deps: Deps, by: SlackId, id: RequestId): Promise<Result<Extendable>> {
  const found = await held(deps, by, id)
  if (!found.ok) return found
  const { grant, request, entitlement } = found.value
  const person = await deps.people.lookUp(by, 'lately')
  if (!person.ok) return person
  const now = deps.clock.now()
  const standing = await standingOf(deps, person.value, entitlement, { freshness: 'lately', now })
  if (!standing.ok) return standing
  const choice = chooseRule(entitlement, { purpose: request.terms.purpose, words: '' }, standing.value)
  if (!choice.ok) return choice
  const extension = extensionOf(grant, choice.value.rule)
  const left = leavesTime(extension)
  if (!left.ok) return left
  const most = (extension.latestEnd ?? Number.POSITIVE_INFINITY) - now
  const ttl = possible(choice.value.rule.ttl, { least: grant.expiresAt - now, most })
  const { id: name, title, target } = entitlement
  const rule = { ...ruleOf(choice.value.rule), ttl }
  return accept({
    request: id,
    grant: grant.id,
    expiresAt: grant.expiresAt,
    entitlement: name,
    title,
    target: target.name,
    rule,
  })
}

/**
 * What somebody holds of an entitlement, with the offer of more time; `undefined`: nothing that can be extended, or
 * nobody remembers who he is. Asks nobody, because Slack waits for an answer meanwhile.
 */
export async function heldBy(deps: Deps, by: SlackId, entitlement: string) {
  const person = await deps.people.lookUp(by, 'remembered')
  const live = person.ok ? await deps.store.liveGrant(person.value.subject, entitlement) : undefined
  if (live?.state !== 'active' || live.requester !== by) return undefined
  return { request: live.request, sentence: alreadyHeld(live).sentence }
}

/** The lengths of a rule that give more than the time left, and no more than may be had in all. */
function possible({ minMs, defaultMs, maxMs }: TtlRule, { least, most }: { least: number; most: number }): TtlRule {
  const max = Math.min(maxMs, Number.isFinite(most) ? toGrain(most, Math.floor) : maxMs)
  const min = Math.min(max, Math.max(minMs, toGrain(least + 1_000, Math.ceil)))
  return { minMs: min, defaultMs: Math.min(max, Math.max(min, defaultMs)), maxMs: max }
}

async function wishOf(deps: Deps, by: SlackId, { request: id, ttlMs, words }: MoreTime): Promise<Result<Wish>> {
  const found = await held(deps, by, id)
  if (!found.ok) return found
  const { grant, request, entitlement } = found.value
  const asked = { entitlement: entitlement.id, ttlMs, purpose: request.terms.purpose, words }
  return accept({ by, asked, entitlement, extended: grant })
}

interface Held {
  readonly grant: Active
  readonly request: Request
  readonly entitlement: Entitlement
}

/** The grant of this person that can be given more time: its entitlement must still give the very same access. */
async function held({ store, policy }: Deps, by: SlackId, id: RequestId): Promise<Result<Held>> {
  const request = await store.request(id)
  if (request?.terms.requester !== by) return refuse('not-yours', `${id} is not a request of yours.`)
  const grant = extendable(await store.grant(grantIdOf(id)), id)
  if (!grant.ok) return grant
  const { subject, entitlement: name } = grant.value
  const pending = await pendingRequestsOf({ store }, subject)
  const waiting = pending.find((request) => request.extends === grant.value.id)
  if (waiting) return refuse('already-asked', `You asked for more time already: ${waiting.id} is waiting.`)
  const entitlement = policy.entitlements.get(name)
  if (!entitlement || !givesTheSame(entitlement, grant.value))
    return refuse(
      'terms-changed',
      `${name} gives something else now. When ${grant.value.id} has ended, ask for it again.`,
    )
  return accept({ grant: grant.value, request, entitlement })
}

function givesTheSame({ target, access }: Entitlement, grant: Active): boolean {
  const sameTarget = target.name === grant.target && accountOf(grant.subject, target.account) === grant.account
  return sameTarget && canonicalJson(access) === canonicalJson(grant.access)
}
