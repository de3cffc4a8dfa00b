import type { SlackId, Subject } from './ids.ts'
import type { SubjectNaming } from './policy.ts'
import { accept, type Result, refuse } from './result.ts'

/** A full member of our workspace, with the subject that stands for the human. */
export interface Person {
  readonly id: SlackId
  /** As Slack shows it; typed by people, so never interpreted. */
  readonly name: string
  readonly subject: Subject
  /** `last-known`: the look-up failed and an answer of up to 24 hours ago stood in for it. */
  readonly asOf: 'now' | 'lately' | 'last-known'
}

/** What Slack tells of a member (`users.info`), reduced to what decides. */
export interface Profile {
  readonly id: SlackId
  readonly name: string
  readonly email: string | undefined
  readonly emailConfirmed: boolean
  /** The person's home workspace is the one where the bot is installed. */
  readonly home: boolean
  readonly deactivated: boolean
  readonly bot: boolean
  readonly guest: boolean
  readonly stranger: boolean
  readonly invitedOnly: boolean
}

/** Turns a profile into a person, or says why he counts as nobody here. Anything unclear is a no. */
export function identify(profile: Profile, naming: SubjectNaming, asOf: Person['asOf']): Result<Person> {
  const standing = standingOf(profile)
  if (!standing.ok) return standing
  const subject = subjectOf(profile, naming)
  return subject.ok ? accept({ id: profile.id, name: profile.name, subject: subject.value, asOf }) : subject
}

function standingOf(profile: Profile): Result<true> {
  if (profile.deactivated) return refuse('deactivated', 'That Slack account is deactivated.')
  if (profile.bot) return refuse('bot', 'Bots can neither ask for access nor decide about it.')
  if (profile.stranger || !profile.home) {
    return refuse('other-workspace', 'Only members of this workspace can use break-glass access.')
  }
  if (profile.guest) return refuse('guest', 'Guests of this workspace cannot use break-glass access.')
  if (profile.invitedOnly) return refuse('invited-only', 'Accept your invitation to this workspace first.')
  return accept(true)
}

function subjectOf(profile: Profile, naming: SubjectNaming): Result<Subject> {
  switch (naming.kind) {
    case 'slack_id':
      return accept(profile.id)
    case 'map': {
      const subject = Object.hasOwn(naming.map, profile.id) ? naming.map[profile.id] : undefined
      return subject ? accept(subject) : refuse('unmapped', 'The config does not say who you are: ask an operator.')
    }
    case 'email':
      return emailSubject(profile, naming.domains)
  }
}

/** One `@` with something on both sides, and nothing that is not seen: the part before it may become a login. */
const ADDRESS = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u

function emailSubject(profile: Profile, domains: readonly string[]): Result<Subject> {
  const email = profile.email?.toLowerCase()
  if (!email) return refuse('no-email', 'Your Slack profile shows no e-mail address, so nobody can tell who you are.')
  if (!profile.emailConfirmed)
    return refuse('email-unconfirmed', 'Confirm the e-mail address in your Slack profile first.')
  if (!ADDRESS.test(email))
    return refuse('email-odd', 'The e-mail address in your Slack profile is none that can be used here.')
  const domain = email.slice(email.lastIndexOf('@') + 1)
  return domains.includes(domain)
    ? accept(email)
    : refuse('email-domain', `Your e-mail address is not one of ${domains.join(', ')}.`)
}
