import type { SlackId, Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { PeoplePolicy } from '../core/policy.ts'
import { accept, refuse } from '../core/result.ts'
import type { Deps, People } from './ports.ts'

/** How far back earlier requests are looked through. */
const MOST_LOOKED = 10_000

/** Somebody, as far as config and database tell who he is. */
export interface Somebody {
  readonly id: SlackId | undefined
  readonly subject: Subject | undefined
}

interface Sources {
  readonly store: Deps['store']
  /** Asks Slack for the id of an e-mail address; absent without Slack. */
  readonly find: ((email: string) => Promise<SlackId | undefined>) | undefined
}

/** Completes a Slack id or a subject: by the config's map, by Slack, or by what that person asked for earlier. */
export async function recognise(
  { store, find }: Sources,
  { subject: naming }: PeoplePolicy,
  { id, subject }: Somebody,
): Promise<Somebody> {
  if (naming.kind === 'slack_id') return { id: id ?? subject, subject: subject ?? id }
  if (naming.kind === 'map') {
    const entry = Object.entries(naming.map).find(([one, name]) => one === id || name === subject)
    return { id: id ?? entry?.[0], subject: subject ?? entry?.[1] }
  }
  const found = id ?? (subject === undefined ? undefined : await find?.(subject))
  if (find && found) return { id: found, subject }
  const earlier = await store.requests(subject === undefined ? { limit: MOST_LOOKED } : { subject, limit: 1 })
  const terms = earlier.map((request) => request.terms).find((one) => one.requester === id || one.subject === subject)
  return { id: found ?? terms?.requester, subject: subject ?? terms?.subject }
}

/** People without Slack: one person who is taken at his word, and groups that stand in the config. */
export interface KnownPeople extends People {
  /** What was asked for and could not be known. */
  readonly missing: ReadonlySet<string>
}

/** Answers for one person from what is known without Slack. A user group counts as empty, and is noted as missing. */
export function knownPeople({ id, subject }: Somebody): KnownPeople {
  const missing = new Set<string>()
  if (id === undefined) missing.add(`the Slack id of ${subject}`)
  const person: Person | undefined =
    subject === undefined ? undefined : { id: id ?? '', name: subject, subject, asOf: 'lately' }
  return {
    missing,
    reaches: async () => undefined,
    lookUp: async () => {
      if (person) return accept(person)
      missing.add(`the e-mail address of ${id}`)
      return refuse('unknown-person', `Without Slack nobody can tell who ${id} is.`)
    },
    members: async ({ name, source }) => {
      if (source.kind === 'members') return accept(source.members)
      const where = source.kind === 'usergroup' ? `the user group ${source.id}` : `the schedule ${source.schedule}`
      missing.add(`who is in ${name} (${where})`)
      return accept([])
    },
  }
}
