import { setTimeout as sleep } from 'node:timers/promises'
import { type Copy, newCopy } from '../core/copy.ts'
import type { RequestId, SlackId } from '../core/ids.ts'
import { decidersOf, type Entitlement, type Group, type Rule } from '../core/policy.ts'
import type { Breaker } from './glass.ts'
import type { Deps } from './ports.ts'

/** More people of one rule than this are told by its channel only; of more reviewers, so many are told. */
const MOST_TOLD = 10
/** Somebody waits for access: groups that take longer are not waited for. */
const PATIENCE_MS = 1_500

/** Who is told that the glass was broken, as far as it can be found out: nobody waits for a list of names. */
export interface Told {
  readonly people: readonly SlackId[]
  /** Groups of which nobody could say who is in them. */
  readonly untold: readonly string[]
}

/**
 * Looks up who is told: every approver of the ordinary rules, the named groups, and those who review and do not stand in
 * the security channel anyhow. Never whoever breaks it.
 */
export async function whoIsTold(
  deps: Pick<Deps, 'people' | 'policy'>,
  by: SlackId,
  { rules, breakGlass }: Entitlement,
): Promise<Told> {
  const named = breakGlass?.notify ?? []
  const reviewing = outsideSecurity(deps, breakGlass?.review.by ?? [])
  const groups = [...rules.flatMap(decidersOf), ...named, ...reviewing]
  const members = await membersInTime(deps, groups)
  const others = (some: readonly Group[]) => {
    return [...new Set(some.flatMap(({ name }) => members.get(name) ?? []))].filter((id) => id !== by)
  }
  const approvers = rules.flatMap((rule) => approversTold(deps, rule, others(decidersOf(rule))))
  const people = [...approvers, ...others(named), ...others(reviewing).slice(0, MOST_TOLD)]
  const untold = groups.map(({ name }) => name).filter((name) => !members.has(name))
  return { people: [...new Set(people)], untold: [...new Set(untold)] }
}

function approversTold(deps: Pick<Deps, 'policy'>, rule: Rule, people: readonly SlackId[]): readonly SlackId[] {
  return people.length > MOST_TOLD && channelOf(deps, rule) !== undefined ? [] : people
}

/** Reviewers who are none of the security people, and so may not read the security channel. */
export function outsideSecurity({ policy }: Pick<Deps, 'policy'>, groups: readonly Group[]): readonly Group[] {
  const security = new Set(policy.people.security.map(({ name }) => name))
  return groups.filter(({ name }) => !security.has(name))
}

/** Members by group, as last known; a group that is not known in time is not there. */
async function membersInTime({ people }: Pick<Deps, 'people'>, groups: readonly Group[]) {
  const distinct = [...new Map(groups.map((group) => [group.name, group])).values()]
  const found = await Promise.all(
    distinct.map(async (group) => {
      const known = await within(people.members(group, 'last-known'), PATIENCE_MS)
      const members = known ?? (await within(people.members(group, 'remembered'), 0)) // what asks nobody is there at once
      return members?.ok ? [[group.name, members.value] as const] : []
    }),
  )
  return new Map(found.flat())
}

function within<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  return Promise.race([work.catch(() => undefined), sleep(ms, undefined, { ref: false })])
}

/** Where cards of a rule's requests go. */
function channelOf({ policy }: Pick<Deps, 'policy'>, { channel }: Rule): string | undefined {
  return channel ?? policy.requestsChannel
}

/** The loud cards, and the requester's own. */
export function glassCopies(
  deps: Pick<Deps, 'ids' | 'policy'>,
  request: RequestId,
  { entitlement, person }: Breaker,
  { people }: Told,
): Copy[] {
  const channels = [...entitlement.rules.map((rule) => channelOf(deps, rule)), deps.policy.securityChannel]
  const copy = (audience: Copy['audience'], destination: string) =>
    newCopy({ id: deps.ids.opaque(), request, audience, destination })
  const everywhere = new Set([...channels.filter((to) => to !== undefined), ...people])
  return [...[...everywhere].map((to) => copy('glass', to)), copy('requester', person.id)]
}
