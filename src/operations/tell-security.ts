import type { Change } from '../core/change.ts'
import type { Group } from '../core/policy.ts'
import type { Deps } from './ports.ts'

/** More people of one group than this are not called one by one. */
const MOST_CALLED = 5

/** Says something in the security channel that nobody there may overlook: the security people are called by mention. */
export function tellSecurity(deps: Pick<Deps, 'policy'>, sentence: string, key: string, now: number): Change {
  return callInSecurity(deps, deps.policy.people.security, { sentence, key }, now)
}

/** The same, calling others there. */
export function callInSecurity(
  { policy }: Pick<Deps, 'policy'>,
  whom: readonly Group[],
  { sentence, key }: { readonly sentence: string; readonly key: string },
  now: number,
): Change {
  const calls = callsOf(whom)
  return { effects: [{ kind: 'say', person: policy.securityChannel, sentence, key, calls, dueAt: now }] }
}

/** Ids to be mentioned: a user group, or a few people. Who is on call is not known here. */
function callsOf(groups: readonly Group[]): string[] {
  const ids = groups.flatMap(({ source }) => {
    if (source.kind === 'usergroup') return [source.id]
    return source.kind === 'members' && source.members.length <= MOST_CALLED ? source.members : []
  })
  return [...new Set(ids)]
}
