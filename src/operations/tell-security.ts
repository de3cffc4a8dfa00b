import type { Change } from '../core/change.ts'
import type { SlackId } from '../core/ids.ts'
import type { Group, Policy } from '../core/policy.ts'
import type { Deps, People } from './ports.ts'

/** More people of one group than this are not called one by one. */
const MOST_CALLED = 5

/** Says something in the security channel that nobody there may overlook: the security people are called by mention. */
export function tellSecurity(deps: Pick<Deps, 'policy'>, sentence: string, key: string, now: number): Change {
  return callInSecurity(deps, deps.policy.people.security, { sentence, key }, now)
}

/** The same, calling others there; `besides`: but not him. */
export function callInSecurity(
  { policy }: Pick<Deps, 'policy'>,
  whom: readonly Group[],
  { sentence, key, besides }: { readonly sentence: string; readonly key: string; readonly besides?: SlackId },
  now: number,
): Change {
  const calls = callsOf(whom).filter((id) => id !== besides)
  return { effects: [{ kind: 'say', person: policy.securityChannel, sentence, key, calls, dueAt: now }] }
}

/** Ids to be mentioned: a user group, or a few people. Who is on call is looked up when it is said. */
function callsOf(groups: readonly Group[]): string[] {
  const ids = groups.flatMap(({ source, name }) => {
    if (source.kind === 'usergroup') return [source.id]
    if (source.kind === 'schedule') return [`${ON_CALL}${name}`]
    return source.members.length <= MOST_CALLED ? source.members : []
  })
  return [...new Set(ids)]
}

/** What stands before the name of a group, in a list of ids, whose schedule tells whom to call. */
const ON_CALL = 'on-call:'

/** The ids of a list, with those who are on call as it is remembered: nobody waits for a schedule to say what is urgent. */
export async function whomToCall(
  { people, policy }: { readonly people: Pick<People, 'members'>; readonly policy: Pick<Policy, 'groups'> },
  calls: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    calls.map(async (call) => {
      const group = call.startsWith(ON_CALL) ? policy.groups.get(call.slice(ON_CALL.length)) : undefined
      if (!group) return call.startsWith(ON_CALL) ? [] : [call]
      const members = await people.members(group, 'remembered')
      return members.ok && members.value.length <= MOST_CALLED ? members.value : []
    }),
  )
  return [...new Set(found.flat())]
}
