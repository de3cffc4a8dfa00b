import { type Change, merge, nothing, record } from './change.ts'
import type { SlackId } from './ids.ts'

/** Who was in a group when it was last looked at: what differs the next time is told to security. */
export interface Roster {
  readonly group: string
  /** Sorted. */
  readonly members: readonly SlackId[]
  /** When the read began that gave them. */
  readonly at: number
}

/** So many of those who came or went are named; the others are a number. */
const MOST_NAMED = 20

/**
 * What a look at a group comes to. The first one is only remembered; later ones are told to security if somebody came or
 * went, because whoever is let into a group may be let in to say yes. An answer from before the last look says nothing.
 */
export function lookedAt(before: Roster | undefined, look: Roster, now: number): Change {
  if (before && before.at > look.at) return nothing
  const { group } = look
  const members = [...new Set(look.members)].sort()
  const remembered: Change = {
    rosters: [{ group, members, at: look.at }],
    guards: [{ kind: 'roster-from', group, at: before?.at ?? null }],
  }
  if (!before) return remembered
  const added = members.filter((id) => !before.members.includes(id))
  const removed = before.members.filter((id) => !members.includes(id))
  if (added.length + removed.length === 0) return nothing
  const detail = { group, ...part('added', added), ...part('removed', removed), members: members.length }
  return merge(remembered, record({ name: 'group.changed', at: now, actor: 'system', detail }))
}

function part(name: 'added' | 'removed', ids: readonly SlackId[]) {
  const more = ids.length - MOST_NAMED
  return {
    ...(ids.length > 0 ? { [name]: ids.slice(0, MOST_NAMED) } : {}),
    ...(more > 0 ? { [`more ${name}`]: more } : {}),
  }
}
