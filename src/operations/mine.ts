import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { extendWords } from '../core/extending.ts'
import type { Grant } from '../core/grant.ts'
import { instant } from '../core/granting.ts'
import type { Request } from '../core/request.ts'
import { answered, commit } from './commit.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'

/** A person asks what he has asked for and what he has. */
export async function mine(deps: Deps, said: Said): Promise<void> {
  const person = await deps.people.lookUp(said.by, 'lately')
  const now = deps.clock.now()
  const sentence = person.ok ? await listOf(deps, person.value.subject, now) : person.refusal.sentence
  await commit(deps, answered(said, sentence, now))
}

/** Answers with a fixed sentence and changes nothing else. */
export async function reply(deps: Deps, { inbox, sentence }: { inbox: string; sentence: string }): Promise<void> {
  await commit(deps, answered({ inbox }, sentence, deps.clock.now()))
}

async function listOf({ store }: Deps, subject: string, now: number): Promise<string> {
  const pending = await store.requests({ subject, states: ['pending'], limit: 20 })
  const grants = await store.grants({ subject, states: ['granting', 'active', 'revoking'], limit: 20 })
  const lines = [...grants.map((grant) => grantLine(grant, now)), ...pending.map(requestLine)]
  return lines.length > 0 ? lines.join('\n') : 'You have no access now, and nothing is waiting.'
}

function requestLine({ id, terms, lapsesAt, extends: extended }: Request): string {
  return `${id}: ${extended === null ? '' : 'more time with '}${terms.entitlement}, waiting for approval, lapses ${instant(lapsesAt)}. Take it back: cancel ${id}`
}

function grantLine(grant: Grant, now: number): string {
  const { id, entitlement } = grant
  if (grant.state === 'granting') return `${id}: ${entitlement}, being granted now.`
  if (grant.state === 'revoking' && grant.cause === 'extended')
    return `${id}: ${entitlement}, goes on as ${grant.extendedBy}.`
  if (grant.state === 'revoking') return `${id}: ${entitlement}, being taken away.`
  const left = formatDistanceStrict(grant.expiresAt, Math.min(now, grant.expiresAt))
  return `${id}: ${entitlement}, until ${instant(grant.expiresAt)} (${left} left). Give it back: end ${id}. More time: ${extendWords(grant)}`
}
