import type { Looked } from '../core/escalating.ts'
import type { SlackId } from '../core/ids.ts'
import type { Escalation, Group } from '../core/policy.ts'
import type { Request } from '../core/request.ts'
import type { Deps } from './ports.ts'

/**
 * Who is in the groups of a step: as looked up lately, or when the request was opened, or as is remembered. A group that
 * nobody knows is left out.
 */
export async function peopleOf(
  { people }: Pick<Deps, 'people'>,
  request: Request,
  { to, decide }: Pick<Escalation, 'to' | 'decide'>,
): Promise<Looked> {
  const found = await Promise.all(to.map((group) => membersOf(people, request, group)))
  const known = to.flatMap((group, index) => {
    const members = found[index]
    return members ? [[group.name, decide ? whoCount(group, members, request) : members] as const] : []
  })
  return new Map(known)
}

async function membersOf(
  people: Deps['people'],
  request: Request,
  group: Group,
): Promise<readonly SlackId[] | undefined> {
  const lately = await people.members(group, 'lately')
  if (lately.ok) return lately.value
  const atOpening = atOpeningOf(group, request)
  if (atOpening) return atOpening
  const remembered = await people.members(group, 'remembered')
  return remembered.ok ? remembered.value : undefined
}

/** Whoever joined a user group after the request was opened could not approve it. */
function whoCount(group: Group, members: readonly SlackId[], request: Request): readonly SlackId[] {
  const atOpening = group.source.kind === 'usergroup' ? atOpeningOf(group, request) : undefined
  return atOpening ? members.filter((id) => atOpening.includes(id)) : members
}

function atOpeningOf({ name }: Group, { membersAtOpening }: Request): readonly SlackId[] | undefined {
  return Object.hasOwn(membersAtOpening, name) ? membersAtOpening[name] : undefined
}
