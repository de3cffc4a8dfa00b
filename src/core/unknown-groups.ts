import type { Weakness } from './liveness.ts'

/** Since when each group could not be looked up, in the store: instants by name. */
export const UNKNOWN_GROUPS_NOTE = 'unknown-groups'

/** A service may be down for a while; a day means that somebody has to look. */
const LONG_MS = 24 * 3_600_000

/** Since when each group is unknown, in milliseconds, by its name. */
export type UnknownSince = Readonly<Record<string, number>>

/** What is known of that after another look, of the groups that could not be looked up in it. */
export function stillUnknown(before: string | undefined, groups: readonly string[], now: number): UnknownSince {
  const earlier = new Map(Object.entries(before === undefined ? {} : (JSON.parse(before) as UnknownSince))) // our own note
  return Object.fromEntries(groups.toSorted().map((group) => [group, earlier.get(group) ?? now]))
}

/** Nobody could tell for a day who is in a group, so nobody knows whether anybody is. */
export function unknownTooLong(since: UnknownSince, now: number): readonly Weakness[] {
  return Object.entries(since)
    .filter(([, at]) => now - at >= LONG_MS)
    .map(([group, at]) => ({
      where: `groups.${group}`,
      what: `nobody could say who is in ${group} since ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      fix: 'See that the schedule or the user group behind it answers: “breakglass check” asks it.',
      about: [],
    }))
}
