import { formatDuration } from '../../core/duration.ts'
import type { SlackId } from '../../core/ids.ts'
import type { Terms } from '../../core/terms.ts'
import { escaped, mention, mentionGroup } from '../markup.ts'

type GroupTerms = Terms['approvers'][number]['groups'][number]

/** More people than this are not called by name: their group's name stands for them. */
const MOST_CALLED = 5
/** So many groups, and later steps, are named: a card with all of a long list would not be posted at all. */
const MOST_NAMED = 5
const MOST_STEPS = 3

/** Who may approve, called by mention: a user group, or a few people. Never the requester. */
export function whoMayApprove({ approvers, requester }: Terms): string {
  const [first, ...later] = approvers
  if (!first) return ''
  const after = later
    .slice(0, MOST_STEPS)
    .map((step) => `; after ${formatDuration(step.afterMs)} also ${namesOf(step.groups)}`)
  return `${called(first.groups, requester)}${after.join('')}${later.length > MOST_STEPS ? '; others later' : ''}`
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
  return listed([...new Set([...usergroups, ...people])])
}

function namedGroups(groups: readonly GroupTerms[]): string[] {
  return groups.filter((group) => group.members !== null).map((group) => escaped(group.name))
}

function namesOf(groups: readonly GroupTerms[]): string {
  return listed(groups.map((group) => escaped(group.name)))
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ')
}
