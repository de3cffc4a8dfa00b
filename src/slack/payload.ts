import { z } from 'zod'
import type { CommandBody, PressBody, SubmissionBody } from './inbox-body.ts'

/** Slack's payloads, reduced to what is kept. `undefined`: not of the shape that Slack sends. */

/** What a person typed; half a character cannot be stored, and is shown as one that is missing. */
const typed = z.string().transform((text) => text.toWellFormed())

const commandPayload = z.object({
  user_id: z.string(),
  team_id: z.string().default(''),
  channel_id: z.string().default(''),
  text: typed.default(''),
  response_url: z.string().default(''),
})

const who = z.object({ id: z.string(), team_id: z.string().optional() })
const team = z.object({ id: z.string() }).nullish()

const pressPayload = z.object({
  user: who,
  team,
  container: z.object({ message_ts: z.string().default(''), channel_id: z.string().default('') }),
  response_url: z.string().default(''),
  trigger_id: z.string().default(''),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().default('') })).min(1),
})

const submissionPayload = z.object({
  user: who,
  team,
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
})

export function commandOf(payload: unknown): CommandBody | undefined {
  const { success, data } = commandPayload.safeParse(payload)
  if (!success) return undefined
  const { user_id: user, team_id: team, channel_id: channel, text, response_url: responseUrl } = data
  return { user, team, channel, text, responseUrl }
}

/** `trigger` opens a modal within three seconds; it is not kept. */
export function pressOf(payload: unknown): { readonly body: PressBody; readonly trigger: string } | undefined {
  const { success, data } = pressPayload.safeParse(payload)
  const action = data?.actions[0]
  if (!success || !action) return undefined
  const { user, team, container, response_url: responseUrl, trigger_id: trigger } = data
  const body = {
    user: user.id,
    team: team?.id ?? user.team_id ?? '',
    channel: container.channel_id,
    ts: container.message_ts,
    action: action.action_id,
    value: action.value,
    responseUrl,
  }
  return { body, trigger }
}

export function submissionOf(payload: unknown): SubmissionBody | undefined {
  const { success, data } = submissionPayload.safeParse(payload)
  if (!success) return undefined
  const { user, team, view } = data
  const values = Object.entries(view.state.values).map(([block, inputs]) => [block, typedIn(inputs[block])])
  return {
    user: user.id,
    team: team?.id ?? user.team_id ?? '',
    callback: view.callback_id,
    metadata: view.private_metadata,
    values: Object.fromEntries(values),
  }
}

/** An input's answer; its `action_id` equals its `block_id`. */
function typedIn(input: unknown): string {
  const read = z.object({ value: typed }).safeParse(input)
  return read.success ? read.data.value : ''
}
