/** What kind of person somebody is to Slack. */
export type Standing =
  | 'member'
  | 'admin'
  | 'guest' // multi-channel
  | 'single-channel guest'
  | 'stranger' // of another workspace, met in a shared channel
  | 'bot'
  | 'deactivated'
  | 'invited'
  | 'unconfirmed' // has not confirmed the e-mail address

/** Somebody whom `users.info` knows. */
export interface Member {
  readonly id: string
  readonly name: string
  readonly realName: string
  readonly timezone: string
  teamId: string
  email: string | undefined
  isDeleted: boolean
  isAdmin: boolean
  isRestricted: boolean
  isUltraRestricted: boolean
  isStranger: boolean
  isBot: boolean
  isInvited: boolean
  isEmailConfirmed: boolean
  updatedAt: number
}

/** What a test may say about a person; the rest follows from the name. */
export interface MemberOptions {
  readonly standing?: Standing
  readonly id?: string
  readonly realName?: string
  readonly email?: string
  readonly teamId?: string
  readonly timezone?: string
}

/** Makes a person called `name`: `ann` is U0ANN, ann@example.com. */
export function newMember(name: string, options: MemberOptions, teamId: string, now: number): Member {
  const standing = options.standing ?? 'member'
  const bare = name.replace(/[^a-z0-9]/gi, '')
  return {
    id: options.id ?? `U0${bare.toUpperCase()}`,
    name,
    realName: options.realName ?? bare.charAt(0).toUpperCase() + bare.slice(1),
    timezone: options.timezone ?? 'Europe/Amsterdam',
    teamId: options.teamId ?? (standing === 'stranger' ? 'T0ELSEWHERE' : teamId),
    email: options.email ?? (standing === 'bot' ? undefined : `${name}@example.com`),
    isDeleted: standing === 'deactivated',
    isAdmin: standing === 'admin',
    isRestricted: standing === 'guest' || standing === 'single-channel guest',
    isUltraRestricted: standing === 'single-channel guest',
    isStranger: standing === 'stranger',
    isBot: standing === 'bot',
    isInvited: standing === 'invited',
    isEmailConfirmed: standing !== 'unconfirmed' && standing !== 'invited',
    updatedAt: now,
  }
}

/** Says why somebody cannot use Slack at all, or nothing. */
export function whyAway(member: Member): string | undefined {
  if (member.isDeleted) return 'is deactivated'
  if (member.isInvited) return 'has not accepted the invitation yet'
  if (member.isBot) return 'is a bot'
  return undefined
}
