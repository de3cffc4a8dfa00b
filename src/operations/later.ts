import type { People } from './ports.ts'

/** People of a Slack that is not connected yet: whoever asks waits for it. */
export function peopleOf(connection: Promise<{ readonly people: People }>): People {
  return {
    lookUp: async (id, freshness) => (await connection).people.lookUp(id, freshness),
    members: async (group, freshness) => (await connection).people.members(group, freshness),
    reaches: async (id) => (await connection).people.reaches(id),
  }
}
