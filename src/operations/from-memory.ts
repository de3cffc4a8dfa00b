import type { People } from './ports.ts'

/**
 * People as they are remembered: Slack is asked only where nothing is. Good for what is shown, for somebody waits for it;
 * never for a decision.
 */
export function remembering(people: People): People {
  return {
    lookUp: async (id) => {
      const remembered = await people.lookUp(id, 'remembered')
      return !remembered.ok && remembered.refusal.code === 'not-remembered' ? people.lookUp(id, 'lately') : remembered
    },
    members: async (group) => {
      const remembered = await people.members(group, 'remembered')
      return remembered.ok ? remembered : people.members(group, 'lately')
    },
    reaches: (id) => people.reaches(id),
  }
}
