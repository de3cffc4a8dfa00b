import { refusedFor } from '../api-error.ts'
import { checkBlocks } from '../blocks/check.ts'
import { checkView } from '../blocks/view.ts'
import type { Method } from './method.ts'

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
    const view = args.structured('view')
    const message = args.structured('message')
    const inMessage = typeof message === 'object' && message !== null && 'blocks' in message ? message.blocks : []
    const checked =
      view !== undefined
        ? checkView(view, '')
        : checkBlocks(message === undefined ? args.structured('blocks', 'invalid_blocks_format') : inMessage, 'message')
    if (!('problems' in checked)) return {}
    const code = view !== undefined ? 'invalid_view' : message !== undefined ? 'invalid_message' : 'invalid_blocks'
    throw refusedFor(code, checked.problems)
  },
}

/** Methods about the app itself. */
export const app: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'apps.connections.open': openConnection,
  'blocks.validate': validate,
}
