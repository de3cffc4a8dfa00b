import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { decidersOf, type Entitlement } from '../core/policy.ts'
import { accept, type Refusal, type Result } from '../core/result.ts'
import type { Standing } from '../core/rule-choice.ts'
import type { Membership } from '../core/submission.ts'
import { groupsWith, membershipToAsk, notKnownOf } from './membership.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'people' | 'store'>

/** Who asks, what he may use, and who could approve it. */
export interface Opener {
  readonly person: Person
  readonly standing: Standing
  readonly membership: Membership
  /** When the approvers' schedules were read, by the group's name. */
  readonly knownAt: Readonly<Record<string, number>>
  /** Why one of them could not be; nobody of it is among those who could approve. */
  readonly silent: Refusal | undefined
}

/** Looks somebody up who wants to ask for an entitlement. */
export async function openerOf(
  deps: Needs,
  by: SlackId,
  entitlement: Entitlement,
  { freshness, now }: { readonly freshness: Freshness; readonly now: number },
): Promise<Result<Opener>> {
  const person = await deps.people.lookUp(by, freshness)
  if (!person.ok) return person
  const standing = await standingOf(deps, person.value, entitlement, { freshness, now })
  if (!standing.ok) return standing
  const approvers = await membershipToAsk(deps, entitlement.rules.flatMap(decidersOf), 'lately')
  if (!approvers.ok) return approvers
  const { members, readAt, failure } = approvers.value
  const membership = Object.fromEntries(members)
  return accept({ person: person.value, standing: standing.value, membership, knownAt: readAt, silent: failure })
}

/** What decides which rules of an entitlement somebody may use. */
export async function standingOf(
  deps: Needs,
  { id, subject }: Person,
  entitlement: Entitlement,
  { freshness, now }: { readonly freshness: Freshness; readonly now: number },
): Promise<Result<Standing>> {
  const requesters = entitlement.rules.flatMap((rule) => rule.requesters)
  const found = await membershipToAsk(deps, requesters, freshness)
  if (!found.ok) return found
  const memberOf = groupsWith(id, found.value.members)
  const failure = notKnownOf(requesters, found.value)
  if (failure && memberOf.size === 0) return { ok: false, refusal: failure }
  const uses = new Map<string, number>()
  for (const { name, limit } of entitlement.rules) {
    if (limit) uses.set(name, await deps.store.usesSince(subject, name, now - limit.perMs))
  }
  return accept({ memberOf, uses })
}
