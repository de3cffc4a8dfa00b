import { glassPurposes, type Held, mayBreakGlass } from '../core/breaking-glass.ts'
import { notFrozen } from '../core/freezing.ts'
import type { Grant } from '../core/grant.ts'
import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { type BreakGlassRule, decidersOf, type Entitlement, type Group } from '../core/policy.ts'
import { accept, type Refusal, type Result, refuse } from '../core/result.ts'
import { namesOf, rulesFor } from '../core/rule-choice.ts'
import { overdueOf } from './glass-chain.ts'
import { groupsWith, membershipIn, notKnownOf } from './membership.ts'
import { standingOf } from './opener.ts'
import type { Breakable, BreakableNow } from './operations.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'people' | 'policy' | 'store'>

/** Somebody who may break the glass for an entitlement, and the rule that lets him. */
export interface Breaker {
  readonly person: Person
  readonly entitlement: Entitlement
  readonly rule: BreakGlassRule
}

/** Whether somebody may break the glass for an entitlement at all: a member of its requesters. */
export async function breakerOf(
  deps: Needs,
  by: SlackId,
  entitlement: Entitlement,
  freshness: Freshness,
): Promise<Result<Breaker>> {
  const { breakGlass: rule } = entitlement
  const [person, may] = await Promise.all([
    deps.people.lookUp(by, freshness),
    rule ? isRequester(deps, by, { rule, entitlement }, freshness) : noGlass(deps, entitlement),
  ])
  if (!person.ok) return person
  if (!may.ok) return may
  return rule ? accept({ person: person.value, entitlement, rule }) : noGlass(deps, entitlement)
}

async function isRequester(
  deps: Needs,
  by: SlackId,
  { rule, entitlement }: Omit<Breaker, 'person'>,
  freshness: Freshness,
): Promise<Result<true>> {
  const found = await membershipIn(deps, rule.requesters, freshness)
  if (groupsWith(by, found.members).size > 0) return accept(true)
  const failure = notKnownOf(rule.requesters, found)
  if (failure) return { ok: false, refusal: failure }
  const who = namesOf(rule.requesters)
  return refuse('may-not-break', `Only ${who} may break the glass for ${entitlement.id}. ${asUsual(deps, entitlement)}`)
}

function noGlass(deps: Needs, entitlement: Entitlement) {
  return refuse('no-glass', `The glass cannot be broken for ${entitlement.id}. ${asUsual(deps, entitlement)}`)
}

function asUsual({ policy }: Pick<Deps, 'policy'>, { id }: Entitlement): string {
  return `Ask as usual: ${policy.command} ${id} REASON`
}

/** Whether he may do it now, as the records stand. */
export async function mayNow(
  deps: Pick<Deps, 'store' | 'policy' | 'people'>,
  { person, entitlement }: Omit<Breaker, 'rule'>,
  now: number,
): Promise<Result<true>> {
  const { store, policy } = deps
  const { id, subject } = person
  const thawed = notFrozen(await store.freezes([subject, id]), 'yours')
  if (!thawed.ok) return thawed
  const [live, late] = await Promise.all([store.liveGrant(subject, entitlement.id), overdueOf(deps, subject, now)])
  const history = {
    live: live && (await heldAs(deps, { person, entitlement }, live, now)),
    late: late && { review: late, reviewers: reviewersOf(deps, late.rule).map(({ name }) => name) },
  }
  return mayBreakGlass(history, { command: policy.command, entitlement: entitlement.id })
}

/** Whether he could have more time: no promise, and from what is cached, as it only chooses the words of a refusal. */
async function heldAs(
  deps: Pick<Deps, 'store' | 'people'>,
  { person, entitlement }: Omit<Breaker, 'rule'>,
  grant: Grant,
  now: number,
): Promise<Held> {
  const isOwn = grant.requester === person.id
  const standing = isOwn ? await standingOf(deps, person, entitlement, { freshness: 'lately', now }) : undefined
  return { grant, isOwn, canExtend: standing?.ok === true && rulesFor(entitlement, standing.value).length > 0 }
}

/** Who reviews the uses of a rule; of one that is gone from the config, the security people. */
export function reviewersOf({ policy }: Pick<Deps, 'policy'>, rule: string): readonly Group[] {
  const groups = [...(policy.breakGlass.get(rule)?.review.by ?? []), ...policy.people.security]
  return [...new Map(groups.map((group) => [group.name, group])).values()]
}

/**
 * What somebody may break the glass for now, from what is cached; for the form. A group that cannot be read hides only
 * what is open to that group, which is named. `wanted`: what he wants, for the words of a refusal.
 */
export async function glassFor(deps: Needs, by: SlackId, wanted?: string): Promise<Result<BreakableNow>> {
  const person = await deps.people.lookUp(by, 'lately')
  if (!person.ok) return person
  const { found, unknown, failure } = await breakableTo(deps, by)
  const named = found.find((one) => one.entitlement === wanted) ?? found[0]
  const entitlement = named && deps.policy.entitlements.get(named.entitlement)
  if (!entitlement) return failure ? { ok: false, refusal: failure } : accept({ found, unknown })
  const blocked = await mayNow(deps, { person: person.value, entitlement }, deps.clock.now())
  const isOpen = blocked.ok || blocked.refusal.code === 'already-held' // which is said of one of them only
  return isOpen ? accept({ found, unknown }) : blocked
}

async function breakableTo(deps: Needs, by: SlackId) {
  const found: Breakable[] = []
  const unknown: string[] = []
  let failure: Refusal | undefined
  for (const entitlement of deps.policy.entitlements.values()) {
    const { breakGlass: rule } = entitlement
    const may = rule && (await isRequester(deps, by, { rule, entitlement }, 'lately'))
    if (rule && may?.ok) found.push(breakableOf(entitlement, rule))
    if (!may || may.ok || may.refusal.code === 'may-not-break') continue
    unknown.push(entitlement.id)
    failure ??= may.refusal
  }
  return { found, unknown, failure }
}

function breakableOf(entitlement: Entitlement, { name, ttl, reason, notify, review }: BreakGlassRule): Breakable {
  const { id, title, target, rules } = entitlement
  const approvers = rules.flatMap(decidersOf).map((group) => group.name)
  const told = [...new Set([...approvers, ...notify.map((group) => group.name)])]
  const defaultPurpose = rules.find((rule) => rule.defaultPurpose !== undefined)?.defaultPurpose
  const rule = {
    name,
    approval: 'none' as const,
    approvers: [],
    quorum: 0,
    purposes: glassPurposes(entitlement),
    defaultPurpose,
    ttl,
    reason: { minLength: reason.minLength, hint: reason.hint },
  }
  const by = review.by.map((group) => group.name)
  return { entitlement: id, title, target: target.name, rules: [rule], told, review: { by, withinMs: review.withinMs } }
}
