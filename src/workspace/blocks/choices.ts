import { z } from 'zod'
import { anyText, id, kind, plainText, upTo } from './text.ts'

/** A confirmation dialogue: title 100, text 300, buttons 30. */
const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
})

const optionOf = <Text extends z.ZodType>(text: Text) =>
  z.strictObject({
    text,
    value: upTo(150).optional(),
    description: anyText(75).optional(),
    url: upTo(3000).optional(),
  })
export const plainOption = optionOf(plainText(75))
const anyOption = optionOf(anyText(75))
const optionGroup = z.strictObject({ label: plainText(75), options: z.array(plainOption).min(1).max(100) })

/** `action_id`, which every element may carry. */
export const named = { action_id: id.optional() }
/** What may ask for confirmation. */
export const pressed = { ...named, confirm: confirm.optional() }
/** What the cursor may be put into at first. */
export const focus = { focus_on_load: z.boolean().optional() }
export const placeholder = { placeholder: plainText(150).optional() }
const many = { max_selected_items: z.number().int().min(1).optional() }
const ids = z.array(z.string()).optional()
const conversationFilter = z
  .strictObject({
    include: z.array(z.enum(['im', 'mpim', 'private', 'public'])).optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional()
const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter,
  response_url_enabled: z.boolean().optional(),
}

/** Something to choose from. */
const choice = <Name extends string, Shape extends z.ZodRawShape>(type: Name, shape: Shape) =>
  kind(type, { ...pressed, ...focus, ...shape })

const choices = {
  options: z.array(plainOption).max(100).optional(),
  option_groups: z.array(optionGroup).max(100).optional(),
}
const onlyOneSource = (value: { options?: unknown; option_groups?: unknown }) =>
  (value.options === undefined) !== (value.option_groups === undefined)
const eitherSource = { message: 'must define either `options` or `option_groups`' }

/** The menus. */
export const selects = [
  choice('static_select', { ...placeholder, ...choices, initial_option: plainOption.optional() }).refine(
    onlyOneSource,
    eitherSource,
  ),
  choice('external_select', {
    ...placeholder,
    initial_option: plainOption.optional(),
    min_query_length: z.number().int().min(0).optional(),
  }),
  choice('users_select', { ...placeholder, initial_user: z.string().optional() }),
  choice('channels_select', {
    ...placeholder,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  choice('conversations_select', {
    ...placeholder,
    ...conversations,
    initial_conversation: z.string().optional(),
  }),
  choice('multi_static_select', {
    ...placeholder,
    ...choices,
    ...many,
    initial_options: z.array(plainOption).optional(),
  }).refine(onlyOneSource, eitherSource),
  choice('multi_external_select', {
    ...placeholder,
    ...many,
    initial_options: z.array(plainOption).optional(),
    min_query_length: z.number().int().min(0).optional(),
  }),
  choice('multi_users_select', { ...placeholder, ...many, initial_users: ids }),
  choice('multi_channels_select', { ...placeholder, ...many, initial_channels: ids }),
  choice('multi_conversations_select', {
    ...placeholder,
    ...many,
    initial_conversations: ids,
    default_to_current_conversation: z.boolean().optional(),
    filter: conversationFilter,
  }),
] as const

/** Boxes, dates and times. */
export const pickers = [
  choice('checkboxes', {
    options: z.array(anyOption).min(1).max(10),
    initial_options: z.array(anyOption).min(1).max(10).optional(),
  }),
  choice('radio_buttons', { options: z.array(anyOption).min(1).max(10), initial_option: anyOption.optional() }),
  choice('datepicker', { ...placeholder, initial_date: z.string().optional() }),
  choice('timepicker', { ...placeholder, initial_time: z.string().optional(), timezone: z.string().optional() }),
] as const

export const datetimePicker = choice('datetimepicker', { initial_date_time: z.number().int().optional() })

/** One thing that a menu, a box or a radio button offers. */
export type AnyOption = z.infer<typeof anyOption>

/** What a bot answers when it is asked for options: up to 100, or groups of them. */
export const offer = z.union([
  z.looseObject({ options: z.array(plainOption).max(100) }),
  z.looseObject({ option_groups: z.array(optionGroup).max(100) }),
])
