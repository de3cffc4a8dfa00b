import { refuse } from '../core/result.ts'
import type { People } from './ports.ts'

/**
 * People as they are remembered: Slack is asked only where nothing is, and a schedule never. Good for what is shown, for
 * somebody waits for it; never for a decision.
 */
export function remembering(people: People): People {
  return {
    lookUp: async (id) => {
      const remembered = await people.lookUp(id, 'remembered')
      return !remembered.ok && remembered.refusal.code === 'not-remembered' ? people.lookUp(id, 'lately') : remembered
    },
    members: async (group) => {
      const remembered = await people.members(group, 'remembered')
      if (remembered.ok) return remembered
      return group.source.kind === 'schedule' ? notReadYet(group.name) : people.members(group, 'lately')
    },
    reaches: (id) => people.reaches(id),
  }
}

function notReadYet(name: string) {
  return refuse('look-up-failed', `Who is on call for “${name}” is not known here just now. Look again in a minute.`)
}
