import type { SlackId } from '../core/ids.ts'
import type { Group } from '../core/policy.ts'
import { accept, type Result } from '../core/result.ts'
import type { GroupTerms } from '../core/terms.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'people'>

/** Members of each group, by name; refused when one look-up fails. Each group is looked up once. */
export async function membersOf(
  { people }: Needs,
  groups: readonly Group[],
  freshness: Freshness,
): Promise<Result<ReadonlyMap<string, readonly SlackId[]>>> {
  const distinct = new Map(groups.map((group) => [group.name, group]))
  const found = await Promise.all([...distinct.values()].map((group) => people.members(group, freshness)))
  const members = new Map<string, readonly SlackId[]>()
  for (const [index, name] of [...distinct.keys()].entries()) {
    const result = found[index]
    if (result && !result.ok) return result
    members.set(name, result?.value ?? [])
  }
  return accept(members)
}

/** The groups of stored terms, to look them up. */
export function groupsOf(terms: readonly GroupTerms[]): Group[] {
  return terms.map(({ name, members, usergroup }) => ({
    name,
    source: members ? { kind: 'members', members } : { kind: 'usergroup', id: usergroup ?? '' },
  }))
}

/** Names of the groups somebody belongs to. */
export function groupsWith(id: SlackId, members: ReadonlyMap<string, readonly SlackId[]>): Set<string> {
  return new Set([...members].filter(([, ids]) => ids.includes(id)).map(([name]) => name))
}
