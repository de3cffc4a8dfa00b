import { createHmac } from 'node:crypto'
import { entitlementId, personId } from './crowd.ts'

export const SIGNING_SECRET = 'bench-bench-bench-bench-bench-00'

/** A press on Approve of a posted card. */
export interface PressOf {
  readonly by: string
  readonly request: string
  /** What the button carries. */
  readonly value: string
  readonly channel: string
  readonly ts: string
}

const TEAM = { id: 'T0BENCH', domain: 'bench' }

/** `/breakglass ENTITLEMENT 15m INC-… replica lag`, as Slack posts it. */
export function commandBytes(nth: number, perPerson: number, answers: string): Buffer {
  const user = personId(Math.floor(nth / perPerson))
  return signed(
    new URLSearchParams({
      token: 'verification',
      team_id: TEAM.id,
      team_domain: TEAM.domain,
      channel_id: 'D0BENCH',
      channel_name: 'directmessage',
      user_id: user,
      user_name: user.toLowerCase(),
      command: '/breakglass',
      text: `${entitlementId(nth)} 15m INC-${nth} replica lag on the orders database`,
      api_app_id: 'A0BENCH',
      is_enterprise_install: 'false',
      response_url: `${answers}/commands/${nth}`,
      trigger_id: `${nth}.1.bench`,
    }).toString(),
  )
}

/** A press, with the message that carries the button, as Slack posts it. */
export function pressBytes({ by, request, value, channel, ts }: PressOf, answers: string): Buffer {
  const button = { type: 'button', action_id: 'approve', block_id: 'decide', value, text: plain('Approve') }
  const payload = {
    type: 'block_actions',
    user: { id: by, username: by.toLowerCase(), name: by.toLowerCase(), team_id: TEAM.id },
    api_app_id: 'A0BENCH',
    token: 'verification',
    trigger_id: `${ts}.bench`,
    team: TEAM,
    enterprise: null,
    is_enterprise_install: false,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    channel: { id: channel, name: 'requests' },
    message: {
      type: 'message',
      user: 'U0BENCH',
      ts,
      text: `Waiting for approval (${request})`,
      blocks: [
        { type: 'header', text: plain(`Waiting for approval · ${request}`) },
        ...['who', 'what', 'why', 'until when'].map((text) => ({
          type: 'section',
          text: plain(`${text} `.repeat(20)),
        })),
        { type: 'actions', block_id: 'decide', elements: [button] },
      ],
    },
    state: { values: {} },
    response_url: `${answers}/actions/${request}`,
    actions: [{ ...button, action_ts: ts }],
  }
  return signed(new URLSearchParams({ payload: JSON.stringify(payload) }).toString())
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false }
}

/** A whole HTTP request, ready to be written to a connection. */
function signed(body: string): Buffer {
  const timestamp = Math.floor(Date.now() / 1_000)
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex')
  return Buffer.from(
    [
      'POST /slack/events HTTP/1.1',
      'host: 127.0.0.1',
      'user-agent: Slackbot 1.0 (+https://api.slack.com/robots)',
      'accept: application/json,*/*',
      'content-type: application/x-www-form-urlencoded',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-slack-request-timestamp: ${timestamp}`,
      `x-slack-signature: v0=${signature}`,
      '',
      body,
    ].join('\r\n'),
  )
}
