import { z } from 'zod'
import { CALLBACK, INPUT, SHORTCUT } from './ids.ts'
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
  trigger_id: z.string().default(''),
})

const who = z.object({ id: z.string(), team_id: z.string().optional() })
const team = z.object({ id: z.string() }).nullish()

const pressPayload = z.object({
  user: who,
  team,
  container: z.object({
    type: z.string().optional(),
    message_ts: z.string().default(''),
    channel_id: z.string().default(''),
  }),
  view: z
    .object({ type: z.string(), private_metadata: z.string().default('') })
    .optional()
    .catch(undefined),
  response_url: z.string().default(''),
  trigger_id: z.string().default(''),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().default('') })).min(1),
})

const shortcutPayload = z.object({
  user: who,
  team,
  channel: z.object({ id: z.string().min(1) }),
  message_ts: z.string().min(1),
  response_url: z.string().default(''),
  trigger_id: z.string().default(''),
})

const modal = z.object({
  id: z.string().default(''),
  callback_id: z.string(),
  private_metadata: z.string().default(''),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
})

const submissionPayload = z.object({ user: who, team, view: modal })

const choicePayload = z.object({
  user: who,
  view: modal.extend({ type: z.literal('modal'), callback_id: z.enum([CALLBACK.request, CALLBACK.emergency]) }),
  actions: z.tuple([z.looseObject({ block_id: z.enum(INPUT), action_ts: z.coerce.number() })]),
})

const suggestionPayload = z.object({
  user: who,
  view: z.object({ callback_id: z.string() }).optional(),
  action_id: z.literal(INPUT.entitlement),
  value: typed.default(''),
})

export function commandOf(payload: unknown): { readonly body: CommandBody; readonly trigger: string } | undefined {
  const { success, data } = commandPayload.safeParse(payload)
  if (!success) return undefined
  const {
    user_id: user,
    team_id: team,
    channel_id: channel,
    text,
    response_url: responseUrl,
    trigger_id: trigger,
  } = data
  return { body: { user, team, channel, text, responseUrl }, trigger }
}

/** A press on a message or on Home. */
export interface SentPress {
  readonly body: PressBody
  /** Opens a modal within three seconds; it is not kept. */
  readonly trigger: string
  /** What Home held when it was pressed there. */
  readonly homeMetadata: string | undefined
}

export function pressOf(payload: unknown): SentPress | undefined {
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
    ...(isHome(data) ? { home: true as const } : {}),
  }
  return { body, trigger, homeMetadata: isHome(data) ? data.view?.private_metadata : undefined }
}

/** Somebody picked our shortcut on a message. */
export interface SentShortcut {
  /** As a press on that message. */
  readonly body: PressBody
  /** Opens a modal within three seconds; it is not kept. */
  readonly trigger: string
}

export function shortcutOf(payload: unknown): SentShortcut | undefined {
  const { success, data } = shortcutPayload.safeParse(payload)
  if (!success) return undefined
  const { user, team, channel, message_ts: ts, response_url: responseUrl, trigger_id: trigger } = data
  const where = { user: user.id, team: team?.id ?? user.team_id ?? '', channel: channel.id, ts }
  return { body: { ...where, action: SHORTCUT, value: '', responseUrl }, trigger }
}

/** Home is a view and no message: whatever names a message is none. */
function isHome({ container, view }: z.infer<typeof pressPayload>): boolean {
  return (
    container.type === 'view' && view?.type === 'home' && container.channel_id === '' && container.message_ts === ''
  )
}

export function submissionOf(payload: unknown): SubmissionBody | undefined {
  const { success, data } = submissionPayload.safeParse(payload)
  if (!success) return undefined
  const { user, team, view } = data
  return {
    user: user.id,
    team: team?.id ?? user.team_id ?? '',
    callback: view.callback_id,
    metadata: view.private_metadata,
    values: valuesOf(view),
  }
}

/** Somebody chose something in the form to ask for access, or in the one to break the glass. */
export interface FormChoice {
  readonly user: string
  readonly callback: typeof CALLBACK.request | typeof CALLBACK.emergency
  /** The id of the open view. */
  readonly view: string
  /** When it was chosen: the later choice counts. */
  readonly at: number
  readonly metadata: string
  /** With what was chosen. */
  readonly values: Readonly<Record<string, string>>
}

export function choiceOf(payload: unknown): FormChoice | undefined {
  const { success, data } = choicePayload.safeParse(payload)
  if (!success) return undefined
  const { user, view, actions } = data
  const [action] = actions
  const values = { ...valuesOf(view), [action.block_id]: answerIn(action) }
  const { callback_id: callback } = view
  return { user: user.id, callback, view: view.id, at: action.action_ts, metadata: view.private_metadata, values }
}

/** Somebody opened the menu of entitlements, or types into it. */
export interface Suggestion {
  readonly user: string
  readonly query: string
  /** In the form to break the glass. */
  readonly emergency: boolean
}

export function suggestionOf(payload: unknown): Suggestion | undefined {
  const { success, data } = suggestionPayload.safeParse(payload)
  if (!success) return undefined
  return { user: data.user.id, query: data.value, emergency: data.view?.callback_id === CALLBACK.emergency }
}

/** What a form holds, by `block_id`, to which each input's `action_id` is equal. */
function valuesOf({ state }: z.infer<typeof modal>): Record<string, string> {
  return Object.fromEntries(Object.entries(state.values).map(([block, inputs]) => [block, answerIn(inputs[block])]))
}

const answer = z.union([
  z.object({ value: typed }).transform(({ value }) => value),
  z.object({ selected_option: z.object({ value: typed }) }).transform(({ selected_option: { value } }) => value),
])

/** What was typed or chosen; empty if nothing was. */
function answerIn(input: unknown): string {
  return answer.safeParse(input).data ?? ''
}
