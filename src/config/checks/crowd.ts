import type { SlackId, Subject } from '../../core/ids.ts'
import type { Draft } from '../draft.ts'
import type { RuleEntry } from '../schema/file.ts'

/** The people of some groups, as far as the config itself knows them. */
export interface Crowd {
  readonly members: readonly SlackId[]
  /** Neither a Slack user group nor a schedule is among them, so these are all. */
  readonly complete: boolean
}

/** The groups that may approve, in whichever form they stand. */
export function namesIn(approvers: RuleEntry['approvers'] = []): readonly string[] {
  return approvers.map((part) => (typeof part === 'string' ? part : part.from))
}

/** `undefined` if one of the groups is missing or faulty. */
export function crowdOf(names: readonly string[], { groups }: Draft): Crowd | undefined {
  const found = names.flatMap((name) => groups.entries.get(name) ?? [])
  if (found.length < names.length) return undefined
  const members = new Set(found.flatMap((group) => group.members ?? []))
  return { members: [...members], complete: found.every((group) => group.members !== undefined) }
}

/** The human behind a member, as far as the config can tell; `undefined` for one whom it knows to be nobody. */
export function knownSubject(id: SlackId, { people }: Draft): Subject | undefined {
  const naming = people.entry?.subject
  if (typeof naming !== 'object') return id
  return Object.hasOwn(naming.map, id) ? naming.map[id] : undefined
}
