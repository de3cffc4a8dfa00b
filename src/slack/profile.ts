import { z } from 'zod'
import type { Profile } from '../core/person.ts'
import type { Identity } from './identity.ts'

/** The part of `users.info` that decides. */
const user = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_workflow_bot: z.boolean().optional(),
  is_connector_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  is_invited_user: z.boolean().optional(),
  is_email_confirmed: z.boolean().optional(),
  profile: z
    .object({ email: z.string().optional(), display_name: z.string().optional(), real_name: z.string().optional() })
    .optional(),
  enterprise_user: z.object({ enterprise_id: z.string().optional(), teams: z.array(z.string()).optional() }).optional(),
})

type SlackUser = z.infer<typeof user>

/** Slack's own bot says `is_bot: false` of itself. */
const SLACKBOT = 'USLACKBOT'

/** Reads `users.info`; `undefined` for an answer that is not one about this member. */
export function readProfile(answer: unknown, id: string, us: Identity): Profile | undefined {
  const read = user.safeParse(answer)
  return read.success && read.data.id === id ? profileOf(read.data, us) : undefined
}

function profileOf(member: SlackUser, us: Identity): Profile {
  const { profile } = member
  return {
    id: member.id,
    name: shownName(profile?.display_name || profile?.real_name || member.name || member.id),
    email: profile?.email,
    emailConfirmed: member.is_email_confirmed !== false,
    home: isHome(member, us),
    deactivated: member.deleted === true,
    bot: Boolean(member.is_bot || member.is_workflow_bot || member.is_connector_bot) || member.id === SLACKBOT,
    guest: Boolean(member.is_restricted || member.is_ultra_restricted),
    stranger: member.is_stranger === true,
    invitedOnly: member.is_invited_user === true,
  }
}

/** Our workspace; on an Enterprise Grid, where `team_id` may name another one, the organisation's list must name ours. */
function isHome({ team_id: team, enterprise_user: grid }: SlackUser, us: Identity): boolean {
  if (team === us.teamId) return true
  if (us.enterpriseId === undefined || grid?.enterprise_id !== us.enterpriseId) return false
  return grid.teams?.includes(us.teamId) ?? false
}

/** A name as typed by its owner, without what could turn the text around it. */
function shownName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  return [...plain].slice(0, 80).join('') || 'somebody'
}
