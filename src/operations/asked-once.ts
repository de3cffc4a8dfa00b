import type { Members, People } from './ports.ts'

/** People of whom each group is asked once, however often it is named, in one piece of work. */
export function askingOnce(people: People): People {
  const asked = new Map<string, Promise<Members>>()
  return {
    lookUp: (id, freshness) => people.lookUp(id, freshness),
    reaches: (id) => people.reaches(id),
    members: (group, freshness) => {
      const key = `${freshness} ${group.name}`
      const members = asked.get(key) ?? people.members(group, freshness)
      asked.set(key, members)
      return members
    },
  }
}
