import type { WebClient } from '@slack/web-api'
import type { SlackId } from '../../core/ids.ts'
import { identify, type Person } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import { type Result, refuse } from '../../core/result.ts'
import type { Identity } from '../identity.ts'
import { readProfile } from '../profile.ts'
import { failureOf } from '../slack-error.ts'
import { patiently } from './patient.ts'
import type { Members } from './usergroups.ts'

/** Up to so many people are looked up one by one; beyond, the whole list of the workspace is fewer calls. */
const MOST_SINGLE = 80
const PAGE = 900

/** Everybody whom the config names, as the bot would see him. */
export type Known = ReadonlyMap<SlackId, Result<Person>>

export interface Census {
  readonly client: WebClient
  readonly self: Identity
  readonly policy: Policy
  readonly members: Members
  /** Told how far it is. */
  tell(progress: string): void
}

/** Looks up everybody whom the config names or a user group holds. */
export async function lookUpAll(census: Census): Promise<Known> {
  const { members, policy } = census
  const { subject } = policy.people
  const mapped = subject.kind === 'map' ? Object.keys(subject.map) : []
  const ids = [...new Set([...[...members.values()].flat(), ...mapped])]
  const known = new Map<SlackId, Result<Person>>()
  if (ids.length > MOST_SINGLE) await readList(census, new Set(ids), known)
  for (const id of ids.filter((one) => !known.has(one))) {
    census.tell(`Asking Slack about people: ${known.size} of ${ids.length}`)
    known.set(id, await lookUp(census, id))
  }
  return known
}

/** Strangers are not on the list of the workspace, and are looked up one by one after it. */
async function readList(
  { client, self, policy, tell }: Census,
  ids: ReadonlySet<SlackId>,
  known: Map<SlackId, Result<Person>>,
) {
  let cursor: string | undefined
  do {
    tell(`Asking Slack about people: ${known.size} of ${ids.size}`)
    const page = { limit: PAGE, ...(cursor ? { cursor } : {}) }
    const { members = [], response_metadata: next } = await patiently(() => client.users.list(page))
    for (const member of members) {
      const profile = member.id && ids.has(member.id) ? readProfile(member, member.id, self) : undefined
      if (profile) known.set(profile.id, identify(profile, policy.people.subject, 'now'))
    }
    cursor = next?.next_cursor || undefined
  } while (cursor && known.size < ids.size)
}

async function lookUp({ client, self, policy }: Census, id: SlackId): Promise<Result<Person>> {
  try {
    const { user } = await patiently(() => client.users.info({ user: id }))
    const profile = readProfile(user, id, self)
    return profile ? identify(profile, policy.people.subject, 'now') : lookUpFailed()
  } catch (error) {
    return failureOf(error).kind === 'final'
      ? refuse('unknown-person', 'Slack knows nobody with this id.')
      : lookUpFailed()
  }
}

function lookUpFailed() {
  return refuse('look-up-failed', 'Slack did not answer.')
}

/** Why somebody counts as nobody, said of him. */
const NOBODY: Readonly<Record<string, string>> = {
  deactivated: 'deactivated in Slack',
  bot: 'a bot',
  'other-workspace': 'of another workspace',
  guest: 'a guest in this workspace',
  'invited-only': 'invited to this workspace, and not there yet',
  unmapped: 'not in people.subject.map',
  'no-email': 'without an e-mail address in Slack',
  'email-unconfirmed': 'with an e-mail address that is not confirmed',
  'email-domain': 'with an e-mail address outside of people.email_domains',
  'unknown-person': 'unknown to Slack',
  'look-up-failed': 'not told about by Slack just now',
}

/** Who of the groups can neither ask nor decide, and why; each group and reason is one remark. */
export function surveyPeople(members: Members, known: Known): readonly Remark[] {
  const remarks = [...members].flatMap(([group, ids]) => {
    const reasons = Map.groupBy(ids, (id) => whyNobody(known.get(id)))
    reasons.delete(undefined)
    return [...reasons].map(([why, nobodies]): Remark => {
      return {
        level: 'finding',
        where: `groups.${group}`,
        what: `${nobodies.join(', ')}: ${why}, so counts as nobody`,
        fix: 'Take them out of the group, or mend it in Slack.',
      }
    })
  })
  const people = known.size === 1 ? '1 person is an active member' : `${known.size} people are active members`
  return remarks.length > 0 || known.size === 0 ? remarks : [well('groups', `${people} of this workspace`)]
}

function whyNobody(found: Result<Person> | undefined): string | undefined {
  if (!found || found.ok) return undefined
  return NOBODY[found.refusal.code] ?? found.refusal.sentence
}
