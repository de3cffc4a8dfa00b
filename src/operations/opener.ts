import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { decidersOf, type Entitlement } from '../core/policy.ts'
import { accept, type Result } from '../core/result.ts'
import type { Standing } from '../core/rule-choice.ts'
import type { Membership } from '../core/submission.ts'
import { groupsWith, membersOf } from './membership.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'people' | 'store'>

/** Who asks, what he may use, and who could approve it. */
export interface Opener {
  readonly person: Person
  readonly standing: Standing
  readonly membership: Membership
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
  const approvers = await membersOf(deps, entitlement.rules.flatMap(decidersOf), 'lately')
  if (!approvers.ok) return approvers
  return accept({ person: person.value, standing: standing.value, membership: Object.fromEntries(approvers.value) })
}

/** What decides which rules of an entitlement somebody may use. */
export async function standingOf(
  deps: Needs,
  { id, subject }: Person,
  entitlement: Entitlement,
  { freshness, now }: { readonly freshness: Freshness; readonly now: number },
): Promise<Result<Standing>> {
  const requesters = entitlement.rules.flatMap((rule) => rule.requesters)
  const members = await membersOf(deps, requesters, freshness)
  if (!members.ok) return members
  const uses = new Map<string, number>()
  for (const { name, limit } of entitlement.rules) {
    if (limit) uses.set(name, await deps.store.usesSince(subject, name, now - limit.perMs))
  }
  return accept({ memberOf: groupsWith(id, members.value), uses })
}
