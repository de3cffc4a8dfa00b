import type { SlackId } from '../core/ids.ts'
import type { Group, GroupSource } from '../core/policy.ts'
import { accept, type Refusal, type Result } from '../core/result.ts'
import type { GroupTerms } from '../core/terms.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'people'>

export interface Membership {
  readonly members: ReadonlyMap<string, readonly SlackId[]>
  /** When the members of schedules were read, by the group's name. */
  readonly readAt: Readonly<Record<string, number>>
  /** Groups that could not be read, whose last known members stand in. */
  readonly lastKnown: ReadonlySet<string>
  /** Why one of the groups could not be read; the others count all the same. */
  readonly failure: Refusal | undefined
  /** The failure is that of schedules only. */
  readonly onlySchedules: boolean
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
  const readAt = distinct.flatMap(({ name, source }, index) => {
    const at = source.kind === 'schedule' ? found[index]?.readAt : undefined
    return at === undefined ? [] : [[name, at] as const]
  })
  const failed = found.find((result) => !result.ok)
  return {
    members: new Map(members),
    readAt: Object.fromEntries(readAt),
    lastKnown: new Set(distinct.flatMap(({ name }, index) => (found[index]?.asOf === 'last-known' ? [name] : []))),
    failure: failed?.ok === false ? failed.refusal : undefined,
    onlySchedules: distinct.every(({ source }, index) => found[index]?.ok === true || source.kind === 'schedule'),
  }
}

/**
 * The same for somebody who asks: a schedule that does not answer makes nobody of it, and whoever can ask or approve by
 * another group still can. A user group that cannot be read is a refusal.
 */
export async function membershipToAsk(
  needs: Needs,
  groups: readonly Group[],
  freshness: Freshness,
): Promise<Result<Membership>> {
  const found = await membershipIn(needs, groups, freshness)
  return found.failure && !found.onlySchedules ? { ok: false, refusal: found.failure } : accept(found)
}

/**
 * Why it is not known whether somebody belongs to one of the groups, said to himself: where only schedules do not answer,
 * that it is not known whether he is on call.
 */
export function notKnownOf(
  groups: readonly Group[],
  { members, failure, onlySchedules }: Membership,
): Refusal | undefined {
  if (!failure || !onlySchedules) return failure
  const silent = groups.filter(({ name }) => !members.has(name)).map(({ name }) => `“${name}”`)
  const which = [...new Set(silent)].join(' and ')
  return {
    code: failure.code,
    sentence: `The on-call schedule of ${which} does not answer just now, so I cannot tell whether you are on call. Try again in a minute.`,
  }
}

/** The groups of stored terms, to look them up. */
export function groupsOf(terms: readonly GroupTerms[]): Group[] {
  return terms.map((group) => ({ name: group.name, source: sourceOf(group) }))
}

function sourceOf({ members, usergroup, schedule }: GroupTerms): GroupSource {
  if (members) return { kind: 'members', members }
  return schedule === undefined ? { kind: 'usergroup', id: usergroup ?? '' } : { kind: 'schedule', schedule }
}

/**
 * Whether somebody is in one of the groups, where one is enough. Those that stand in the config are looked at first: only
 * when they do not name him, others are asked, which may be slow, or silent.
 */
export async function membershipOf(
  needs: Needs,
  id: SlackId,
  groups: readonly Group[],
  freshness: Freshness,
): Promise<Membership> {
  const listed = await membershipIn(needs, groups.filter(isListed), freshness)
  return groupsWith(id, listed.members).size > 0 ? listed : membershipIn(needs, groups, freshness)
}

function isListed({ source }: Group): boolean {
  return source.kind === 'members'
}

/**
 * Why a no is not clear: nobody was asked just now, and who is on call may have changed. Whoever decides asks again, so a
 * form may open meanwhile. `undefined`: it is clear.
 */
export function handoverSince({ readAt }: Pick<Membership, 'readAt'>, now: number): Refusal | undefined {
  const [old] = Object.entries(readAt).filter(([, at]) => at < now)
  return (
    old && {
      code: 'look-up-failed',
      sentence: `Who is on call for “${old[0]}” was not asked just now. Try again in a minute.`,
    }
  )
}

/** Names of the groups somebody belongs to. */
export function groupsWith(id: SlackId, members: ReadonlyMap<string, readonly SlackId[]>): Set<string> {
  return new Set([...members].filter(([, ids]) => ids.includes(id)).map(([name]) => name))
}
