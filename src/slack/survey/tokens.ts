import { WebClient as Client, type WebClient } from '@slack/web-api'
import { type Remark, well } from '../../core/remark.ts'
import type { Identity } from '../identity.ts'
import { loggable } from '../slack-error.ts'
import { clientOptions } from '../web-client.ts'
import { patiently } from './patient.ts'

/** What the bot asks for in manifest.yml, and why. */
export const SCOPES: Readonly<Record<string, string>> = {
  commands: 'nobody can type the slash command',
  'chat:write': 'no card and no notice can be posted',
  'im:write': 'nobody can be told anything in a direct message',
  'users:read': 'nobody can be recognised, so everybody is refused',
  'users:read.email': 'e-mail addresses are not seen, so nobody has a subject',
  'usergroups:read': 'members of Slack user groups are not seen',
  'channels:read': 'public channels cannot be checked, so no access is given',
  'groups:read': 'private channels cannot be checked, so no access is given',
}

/** Slack's own form of a signing secret. */
const SIGNING_SECRET = /^[0-9a-f]{32}$/

/** Whether the bot token works, and may do what it has to; gives who the bot is, if Slack says so. */
export async function surveyBotToken(
  client: WebClient,
): Promise<{ readonly remarks: readonly Remark[]; readonly self: Identity | undefined }> {
  try {
    const answer = await patiently(() => client.auth.test())
    const { team, team_id: teamId, enterprise_id: enterpriseId, user_id: botUserId, bot_id: botId } = answer
    const self = teamId ? { teamId, enterpriseId: enterpriseId || undefined, botUserId, botId } : undefined
    const works = well('SLACK_BOT_TOKEN', `works, in the workspace ${team ?? teamId}`)
    return { remarks: [works, ...surveyScopes(answer.response_metadata?.scopes)], self }
  } catch (error) {
    return { remarks: [refusedToken('SLACK_BOT_TOKEN', error)], self: undefined }
  }
}

function surveyScopes(given: readonly string[] | undefined): Remark[] {
  const where = 'scopes of SLACK_BOT_TOKEN'
  if (!given?.length)
    return [{ level: 'finding', where, what: 'Slack does not say which scopes the token has', fix: null }]
  const missing = Object.entries(SCOPES).filter(([scope]) => !given.includes(scope))
  if (missing.length === 0) return [well(where, 'all that the bot needs')]
  return missing.map(([scope, without]) => ({
    level: 'fault',
    where,
    what: `${scope} is missing: without it ${without}`,
    fix: 'Paste manifest.yml into the app’s settings (App Manifest), and install the app again.',
  }))
}

/** An app token is tried: Slack hands out an address for a web socket, which nobody opens. */
export async function surveyAppToken(token: string, apiUrl: string): Promise<Remark> {
  try {
    const client = new Client(token, clientOptions(apiUrl))
    await patiently(() => client.apps.connections.open({}))
    return well('SLACK_APP_TOKEN', 'works: Socket Mode can connect')
  } catch (error) {
    return refusedToken('SLACK_APP_TOKEN', error)
  }
}

/** A signing secret cannot be tried, only looked at. */
export function surveySigningSecret(secret: string): Remark {
  const where = 'SLACK_SIGNING_SECRET'
  if (SIGNING_SECRET.test(secret))
    return well(where, 'has the form of one; whether it is the right one shows at the first command')
  return {
    level: 'finding',
    where,
    what: 'does not look like one of Slack’s, which have 32 hexadecimal digits',
    fix: 'Copy it again from Basic Information → App Credentials.',
  }
}

const FIXES: Readonly<Record<string, string>> = {
  invalid_auth: 'Copy it again from the app’s settings.',
  account_inactive: 'The app was removed from the workspace: install it again, and copy the new token.',
  token_revoked: 'Install the app again, and copy the new token.',
  token_expired: 'Switch token rotation off for the app, and install it again.',
  not_allowed_token_type: 'It is a token of another kind: the bot token starts with xoxb-, the app token with xapp-.',
  missing_scope: 'Make an app-level token with the scope connections:write (Basic Information → App-Level Tokens).',
}

function refusedToken(where: string, error: unknown): Remark {
  const { code } = loggable(error)
  const unanswered = code.startsWith('unreachable')
  return {
    level: 'fault',
    where,
    what: unanswered ? `Slack could not be asked (${code})` : `Slack refuses it: ${code}`,
    fix:
      FIXES[code] ?? (unanswered ? 'See that this machine reaches Slack (SLACK_API_URL, proxy), and try again.' : null),
  }
}
