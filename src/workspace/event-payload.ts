import { randomBytes } from 'node:crypto'
import type { Payload } from './payloads.ts'
import type { Slack } from './slack.ts'

/** Slack's question whether a request URL is the app's. */
export function urlVerification({ app }: Slack, challenge: string): Payload {
  return { token: app.verificationToken, challenge, type: 'url_verification' }
}

/** An event in its envelope of the Events API. */
export function eventPayload({ app, now }: Slack, event: Payload): Payload {
  const id = `Ev0${randomBytes(5).toString('hex').toUpperCase()}`
  return {
    token: app.verificationToken,
    team_id: app.team.id,
    api_app_id: app.appId,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(now() / 1000),
    authorizations: [
      {
        enterprise_id: app.enterprise?.id ?? null,
        team_id: app.team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${id}`,
  }
}
