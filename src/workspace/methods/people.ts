import { ApiError } from '../api-error.ts'
import type { Slack } from '../slack.ts'
import { groupObject, userObject } from '../slack-objects.ts'
import type { Group } from '../state.ts'
import { type Method, page } from './method.ts'

const mayReadEmail = ({ app }: Slack) => app.manifest.scopes.has('users:read.email')

const usersInfo: Method = {
  scope: 'users:read',
  run(slack, args) {
    const member = slack.state.members.get(args.required('user'))
    if (!member) throw new ApiError('user_not_found')
    return { user: userObject(member, mayReadEmail(slack)) }
  },
}

const usersList: Method = {
  scope: 'users:read',
  run(slack, args) {
    const own = [...slack.state.members.values()].filter((member) => !member.isStranger)
    const { items, response_metadata } = page(own, args, 1000)
    return { members: items.map((member) => userObject(member, mayReadEmail(slack))), response_metadata }
  },
}

const lookupByEmail: Method = {
  scope: 'users:read.email',
  run(slack, args) {
    const email = args.required('email').toLowerCase()
    const found = [...slack.state.members.values()].find(
      (member) => member.email?.toLowerCase() === email && !member.isDeleted && !member.isStranger,
    )
    if (!found) throw new ApiError('users_not_found')
    return { user: userObject(found, true) }
  },
}

const groupsList: Method = {
  scope: 'usergroups:read',
  run(slack, args) {
    const shown = [...slack.state.groups.values()].filter((group) => !group.isDisabled || args.flag('include_disabled'))
    const withUsers = (group: Group) => (args.flag('include_users') ? { users: group.members } : {})
    return { usergroups: shown.map((group) => ({ ...groupObject(group, slack.app), ...withUsers(group) })) }
  },
}

const groupMembers: Method = {
  scope: 'usergroups:read',
  run(slack, args) {
    const group = slack.state.groups.get(args.required('usergroup'))
    if (!group || (group.isDisabled && !args.flag('include_disabled'))) throw new ApiError('no_such_subteam')
    return { users: group.members }
  },
}

/** Methods about people and user groups. */
export const people: Readonly<Record<string, Method>> = {
  'users.info': usersInfo,
  'users.list': usersList,
  'users.lookupByEmail': lookupByEmail,
  'usergroups.list': groupsList,
  'usergroups.users.list': groupMembers,
}
