import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { SlackId } from '../../core/ids.ts'
import type { Group, Policy } from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import { loggable } from '../slack-error.ts'
import { patiently } from './patient.ts'

/** The part of `usergroups.list` that matters here. */
const listed = z.array(
  z.object({
    id: z.string(),
    handle: z.string().optional(),
    date_delete: z.number().optional(),
    is_idp_group: z.boolean().optional(),
    is_membership_locked: z.boolean().optional(),
    is_editing_restricted: z.boolean().optional(),
    users: z.array(z.string()).optional(),
  }),
)
type Listed = z.infer<typeof listed>[number]

/** Members by the name that the config gives the group; a user group that cannot be read is not among them. */
export type Members = ReadonlyMap<string, readonly SlackId[]>

interface SurveyedGroups {
  readonly remarks: readonly Remark[]
  readonly members: Members
}

/** Whether the user groups are there and not empty; and the members of all groups. */
export async function surveyGroups(client: WebClient, { groups }: Policy): Promise<SurveyedGroups> {
  const usergroups = [...groups.values()].filter(({ source }) => source.kind === 'usergroup')
  const members = new Map([...groups.values()].flatMap(({ name, source }) => memberEntry(name, source)))
  if (usergroups.length === 0) return { remarks: [], members }
  const found = await listGroups(client)
  if (!Array.isArray(found)) return { remarks: [found], members }
  const remarks = usergroups.map((group) => judge(group, found))
  for (const group of usergroups) {
    const entry = listedAs(group, found)
    if (entry && isThere(entry)) members.set(group.name, entry.users ?? [])
  }
  return { remarks: [...remarks, ...surveyEditors(usergroups, found)], members }
}

function memberEntry(name: string, source: Group['source']): [string, readonly SlackId[]][] {
  return source.kind === 'members' ? [[name, source.members]] : []
}

async function listGroups(client: WebClient): Promise<Listed[] | Remark> {
  const where = 'groups'
  try {
    const flags = { include_disabled: true, include_users: true }
    const { usergroups } = await patiently(() => client.usergroups.list(flags))
    const read = listed.safeParse(usergroups)
    if (read.success) return read.data
    return { level: 'fault', where, what: 'Slack’s list of user groups cannot be read', fix: null }
  } catch (error) {
    const { code } = loggable(error)
    const fix =
      code === 'plan_upgrade_required' ? 'User groups need a paid plan of Slack: use `members` in the config.' : null
    return { level: 'fault', where, what: `Slack does not list its user groups: ${code}`, fix }
  }
}

function listedAs({ source }: Group, found: readonly Listed[]): Listed | undefined {
  return found.find(({ id }) => source.kind === 'usergroup' && source.id === id)
}

function isThere({ date_delete: deletedAt }: Listed): boolean {
  return !deletedAt
}

function judge(group: Group, found: readonly Listed[]): Remark {
  const where = `groups.${group.name}`
  const id = group.source.kind === 'usergroup' ? group.source.id : ''
  const entry = listedAs(group, found)
  if (!entry) {
    return {
      level: 'fault',
      where,
      what: `Slack has no user group ${id}`,
      fix: 'Copy the id from the group’s menu in Slack.',
    }
  }
  if (!isThere(entry)) {
    return {
      level: 'fault',
      where,
      what: `the user group ${id} is disabled`,
      fix: 'Enable it in Slack, or name another one.',
    }
  }
  const count = entry.users?.length ?? 0
  if (count > 0) return well(where, `@${entry.handle ?? id} has ${count} ${count === 1 ? 'member' : 'members'}`)
  return { level: 'finding', where, what: `the user group ${id} has no members`, fix: 'Put people into it in Slack.' }
}

/**
 * Slack tells a bot of single groups that they are locked, but not the setting of the workspace: `team.preferences.list`
 * does not hold it.
 */
function surveyEditors(usergroups: readonly Group[], found: readonly Listed[]): Remark[] {
  const open = usergroups.filter((group) => !isLocked(listedAs(group, found)))
  if (open.length === 0) return [well('groups', 'who may edit the user groups is restricted for each of them')]
  return [
    {
      level: 'finding',
      where: open.map(({ name }) => `groups.${name}`).join(', '),
      what: 'who may edit these user groups is a setting of the workspace that Slack shows to no bot; whoever may edit a group can make himself an approver',
      fix: 'Look it up by hand: Workspace settings → Permissions → User groups. It should be owners and admins only.',
    },
  ]
}

function isLocked(entry: Listed | undefined): boolean {
  return Boolean(entry?.is_idp_group || entry?.is_membership_locked || entry?.is_editing_restricted)
}
