import { type Copy, newCopy } from '../core/copy.ts'
import type { RequestId, SlackId } from '../core/ids.ts'
import { decidersOf, type Entitlement, type Group } from '../core/policy.ts'
import type { Breaker } from './glass.ts'
import { membershipIn } from './membership.ts'
import type { Deps } from './ports.ts'

/** More approvers than this are told by the channel only. */
const MOST_APPROVERS = 10

/** Who is told that the glass was broken, as far as it can be found out: nobody waits for a list of names. */
export interface Told {
  readonly people: readonly SlackId[]
  /** Groups of which nobody could say who is in them. */
  readonly untold: readonly string[]
}

/** Looks up who is told: every approver of the ordinary rules, and the named groups. Never whoever breaks it. */
export async function whoIsTold(
  deps: Pick<Deps, 'people' | 'policy'>,
  by: SlackId,
  entitlement: Entitlement,
): Promise<Told> {
  const approving = entitlement.rules.flatMap(decidersOf)
  const named = entitlement.breakGlass?.notify ?? []
  const { members } = await membershipIn(deps, [...approving, ...named], 'last-known')
  const others = (groups: readonly Group[]) => {
    return [...new Set(groups.flatMap(({ name }) => members.get(name) ?? []))].filter((id) => id !== by)
  }
  const approvers = others(approving)
  const byChannel = approvers.length > MOST_APPROVERS && channelFor(deps, entitlement) !== undefined
  const people = [...(byChannel ? [] : approvers), ...others(named)]
  const untold = [...approving, ...named].map(({ name }) => name).filter((name) => !members.has(name))
  return { people: [...new Set(people)], untold: [...new Set(untold)] }
}

/** Where cards of the entitlement's ordinary requests go. */
function channelFor({ policy }: Pick<Deps, 'policy'>, { rules }: Entitlement): string | undefined {
  return rules[0]?.channel ?? policy.requestsChannel
}

/** The loud cards, and the requester's own. */
export function glassCopies(
  deps: Pick<Deps, 'ids' | 'policy'>,
  request: RequestId,
  breaker: Breaker,
  { people }: Told,
): Copy[] {
  const channels = [channelFor(deps, breaker.entitlement) ?? deps.policy.securityChannel, deps.policy.securityChannel]
  const copy = (audience: Copy['audience'], destination: string) =>
    newCopy({ id: deps.ids.opaque(), request, audience, destination })
  const loud = [...new Set([...channels, ...people])].map((to) => copy('glass', to))
  return [...loud, copy('requester', breaker.person.id)]
}
