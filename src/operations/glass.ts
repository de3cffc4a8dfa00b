import { glassPurposes, mayBreakGlass } from '../core/breaking-glass.ts'
import { notFrozen } from '../core/freezing.ts'
import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { type BreakGlassRule, decidersOf, type Entitlement } from '../core/policy.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { namesOf } from '../core/rule-choice.ts'
import { groupsWith, membershipIn } from './membership.ts'
import type { Breakable } from './operations.ts'
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
  const { members, failure } = await membershipIn(deps, rule.requesters, freshness)
  if (groupsWith(by, members).size > 0) return accept(true)
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
  { store, policy }: Pick<Deps, 'store' | 'policy'>,
  { person: { id, subject }, entitlement }: Omit<Breaker, 'rule'>,
  now: number,
): Promise<Result<true>> {
  const thawed = notFrozen(await store.freezes([subject, id]), 'yours')
  if (!thawed.ok) return thawed
  const [live, lastHour, owed] = await Promise.all([
    store.liveGrant(subject, entitlement.id),
    store.requestsSince(subject, now - 3_600_000),
    store.reviews({ subject, states: ['owed'], limit: 1 }), // the one due first
  ])
  const ordinary = `${policy.command} ${entitlement.id} REASON`
  return mayBreakGlass({ live, lastHour, owed }, { limits: policy.people.limits, ordinary }, now)
}

/** What somebody may break the glass for now, from what is cached; for the form. */
export async function glassFor(deps: Needs, by: SlackId): Promise<Result<readonly Breakable[]>> {
  const person = await deps.people.lookUp(by, 'lately')
  if (!person.ok) return person
  const found: Breakable[] = []
  for (const entitlement of deps.policy.entitlements.values()) {
    const { breakGlass: rule } = entitlement
    const may = rule && (await isRequester(deps, by, { rule, entitlement }, 'lately'))
    if (rule && may?.ok) found.push(breakableOf(entitlement, rule))
    if (may && !may.ok && may.refusal.code === 'look-up-failed') return may
  }
  const [first] = found
  const entitlement = first && deps.policy.entitlements.get(first.entitlement)
  if (!entitlement) return accept([])
  const blocked = await mayNow(deps, { person: person.value, entitlement }, deps.clock.now())
  return blocked.ok || blocked.refusal.code === 'already-held' ? accept(found) : blocked // which is said of one of them only
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
