import type { SlackId } from '../core/ids.ts'
import type { Group, GroupSource } from '../core/policy.ts'
import { accept, type Refusal, type Result } from '../core/result.ts'
import type { GroupTerms } from '../core/terms.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'people'>

export interface Membership {
  readonly members: ReadonlyMap<string, readonly SlackId[]>
  /** Why one of the groups could not be read; the others count all the same. */
  readonly failure: Refusal | undefined
}

/** Members of each group, by name. Each group is looked up once. */
export async function membershipIn(
  { people }: Needs,
  groups: readonly Group[],
  freshness: Freshness,
): Promise<Membership> {
  const distinct = [...new Map(groups.map((group) => [group.name, group])).values()]
  const found = await Promise.all(distinct.map((group) => people.members(group, freshness)))
  const members = distinct.flatMap(({ name }, index) => {
    const result = found[index]
    return result?.ok ? [[name, result.value] as const] : []
  })
  const failed = found.find((result) => !result.ok)
  return { members: new Map(members), failure: failed?.ok === false ? failed.refusal : undefined }
}

/** The same, refused when one look-up fails: where all of the members count. */
export async function membersOf(
  needs: Needs,
  groups: readonly Group[],
  freshness: Freshness,
): Promise<Result<ReadonlyMap<string, readonly SlackId[]>>> {
  const { members, failure } = await membershipIn(needs, groups, freshness)
  return failure ? { ok: false, refusal: failure } : accept(members)
}

/** The groups of stored terms, to look them up. */
export function groupsOf(terms: readonly GroupTerms[]): Group[] {
  return terms.map((group) => ({ name: group.name, source: sourceOf(group) }))
}

function sourceOf({ members, usergroup, schedule }: GroupTerms): GroupSource {
  if (members) return { kind: 'members', members }
  return schedule === undefined ? { kind: 'usergroup', id: usergroup ?? '' } : { kind: 'schedule', schedule }
}

/** Names of the groups somebody belongs to. */
export function groupsWith(id: SlackId, members: ReadonlyMap<string, readonly SlackId[]>): Set<string> {
  return new Set([...members].filter(([, ids]) => ids.includes(id)).map(([name]) => name))
}
