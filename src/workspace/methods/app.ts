import { ApiError, refusedFor } from '../api-error.ts'
import { type Checked, checkBlocks } from '../blocks/check.ts'
import { checkView } from '../blocks/view.ts'
import type { Answer, Method } from './method.ts'

const authTest: Method = {
  run({ app }) {
    return {
      url: `https://${app.team.domain}.slack.com/`,
      team: app.team.name,
      user: app.botName,
      team_id: app.team.id,
      user_id: app.botUserId,
      bot_id: app.botId,
      ...(app.enterprise && { enterprise_id: app.enterprise.id }),
      is_enterprise_install: false,
    }
  },
}

const openConnection: Method = {
  takesAppToken: true,
  run({ app, sockets, address }) {
    const root = address().replace('http', 'ws')
    return { url: `${root}/link/?ticket=${sockets.issueTicket()}&app_id=${app.appId}` }
  },
}

const validate: Method = {
  run(_slack, args) {
    const { blocks, message, view } = args.all
    if ([blocks, message, view].filter((one) => one !== undefined).length !== 1) {
      throw refusedFor('invalid_arguments', ['must provide exactly one of `blocks`, `view`, or `message`'])
    }
    if (view !== undefined) return judged(checkView(args.structured('view'), ''), 'invalid_view')
    if (blocks !== undefined) {
      return judged(checkBlocks(args.structured('blocks', 'invalid_blocks_format'), 'message', ''), 'invalid_blocks')
    }
    const whole = args.structured('message')
    const inMessage = typeof whole === 'object' && whole !== null && 'blocks' in whole ? whole.blocks : []
    return judged(checkBlocks(inMessage, 'message'), 'invalid_message')
  },
}

/** What `blocks.validate` answers: nothing, or each fault with the pointer to it. */
function judged(checked: Checked<unknown>, code: string): Answer {
  if (!('problems' in checked)) return {}
  const errors = checked.problems.map((problem) => {
    const [, message = problem, pointer = ''] = /^(.*) \[json-pointer:(.*)\]$/s.exec(problem) ?? []
    return { code: 'failed_constraint', message, pointer }
  })
  throw new ApiError(code, { errors })
}

const teamInfo: Method = {
  scope: 'team:read',
  run({ app: { team, enterprise } }) {
    const { id, name, domain } = team
    const grid = enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }
    return { team: { id, name, domain, email_domain: '', url: `https://${domain}.slack.com/`, ...grid } }
  },
}

/** It does not say who may edit user groups: Slack tells that of each group alone. */
const teamPreferences: Method = {
  scope: 'team.preferences:read',
  run() {
    return {
      allow_message_deletion: true,
      display_real_names: false,
      disable_file_uploads: 'allow_all',
      msg_edit_window_mins: -1,
      who_can_post_general: 'everyone',
    }
  },
}

const botsInfo: Method = {
  scope: 'users:read',
  run({ app }, args) {
    if (args.required('bot') !== app.botId) throw new ApiError('bot_not_found')
    const { botId, botName, appId, botUserId } = app
    return { bot: { id: botId, deleted: false, name: botName, updated: 0, app_id: appId, user_id: botUserId } }
  },
}

const apiTest: Method = {
  takesAnyToken: true,
  run(_slack, args) {
    const error = args.text('error')
    if (error !== undefined) throw new ApiError(error, { args: args.all })
    return { args: args.all }
  },
}

/** Methods about the app itself and its workspace. */
export const app: Readonly<Record<string, Method>> = {
  'api.test': apiTest,
  'auth.test': authTest,
  'apps.connections.open': openConnection,
  'blocks.validate': validate,
  'bots.info': botsInfo,
  'team.info': teamInfo,
  'team.preferences.list': teamPreferences,
}
