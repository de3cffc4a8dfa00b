import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { type Result, refuse } from '../core/result.ts'
import { groupsWith, membershipIn } from './membership.ts'
import type { Deps, Freshness } from './ports.ts'

/** Who speaks, once it is clear that he is one of the security people. */
export async function hearSecurity(
  deps: Pick<Deps, 'people' | 'policy'>,
  by: SlackId,
  freshness: Freshness,
): Promise<Result<Person>> {
  const person = await deps.people.lookUp(by, freshness)
  if (!person.ok) return person
  const { members, failure } = await membershipIn(deps, deps.policy.people.security, freshness)
  if (groupsWith(by, members).size > 0) return person
  return failure
    ? { ok: false, refusal: failure }
    : refuse('not-security', 'Only the security people can do that. Nothing was changed.')
}
