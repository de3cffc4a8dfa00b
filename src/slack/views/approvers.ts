import { formatDuration } from '../../core/duration.ts'
import type { SlackId } from '../../core/ids.ts'
import type { Terms } from '../../core/terms.ts'
import { escaped, mention, mentionGroup } from '../markup.ts'

type GroupTerms = Terms['approvers'][number]['groups'][number]

/** More people than this are not called by name: their group's name stands for them. */
const MOST_CALLED = 5

/** Who may approve, called by mention: a user group, or a few people. Never the requester. */
export function whoMayApprove({ approvers, requester }: Terms): string {
  const [first, ...later] = approvers
  if (!first) return ''
  const after = later.map((step) => `; after ${formatDuration(step.afterMs)} also ${namesOf(step.groups)}`)
  return `${called(first.groups, requester)}${after.join('')}`
}

/** The same in names only, which call nobody. */
export function approverNames({ approvers }: Terms): string {
  return approvers[0] ? namesOf(approvers[0].groups) : ''
}

function called(groups: readonly GroupTerms[], requester: SlackId): string {
  const members = new Set(groups.flatMap((group) => group.members ?? []))
  members.delete(requester)
  const people = members.size <= MOST_CALLED ? [...members].map(mention) : namedGroups(groups)
  const usergroups = groups.flatMap(({ usergroup }) => (usergroup === null ? [] : [mentionGroup(usergroup)]))
  return [...new Set([...usergroups, ...people])].join(', ')
}

function namedGroups(groups: readonly GroupTerms[]): string[] {
  return groups.filter((group) => group.members !== null).map((group) => escaped(group.name))
}

function namesOf(groups: readonly GroupTerms[]): string {
  return groups.map((group) => escaped(group.name)).join(', ')
}
