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
const plainOption = optionOf(plainText(75))
const anyOption = optionOf(anyText(75))
const optionGroup = z.strictObject({ label: plainText(75), options: z.array(plainOption).min(1).max(100) })

const interactive = { action_id: id.optional(), confirm: confirm.optional(), focus_on_load: z.boolean().optional() }
const placeholder = { placeholder: plainText(150).optional() }
const many = { max_selected_items: z.number().int().min(1).optional() }
const ids = z.array(z.string()).optional()
const dispatch = {
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
    .optional(),
}
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

const element = <Name extends string, Shape extends z.ZodRawShape>(type: Name, shape: Shape) =>
  kind(type, { ...interactive, ...shape })

const choices = {
  options: z.array(plainOption).max(100).optional(),
  option_groups: z.array(optionGroup).max(100).optional(),
}
const onlyOneSource = (value: { options?: unknown; option_groups?: unknown }) =>
  (value.options === undefined) !== (value.option_groups === undefined)
const eitherSource = { message: 'must define either `options` or `option_groups`' }

const workflow = z.strictObject({
  trigger: z.strictObject({
    url: upTo(3000),
    customizable_input_parameters: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  }),
})
const style = z.enum(['primary', 'danger']).optional()
const label = { accessibility_label: upTo(75).optional() }

/** An image element or accessory: from an address or from a Slack file, never both. */
export const image = kind('image', {
  image_url: upTo(3000).optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: upTo(3000).optional() }).optional(),
  alt_text: upTo(2000),
}).refine((value) => (value.image_url === undefined) !== (value.slack_file === undefined), {
  message: 'must define either `image_url` or `slack_file`',
})

/** A button; its text is at most 75, its value 2,000. */
export const button = element('button', {
  text: plainText(75),
  value: upTo(2000, 0).optional(),
  url: upTo(3000).optional(),
  style,
  ...label,
})

const selects = [
  element('static_select', { ...placeholder, ...choices, initial_option: plainOption.optional() }).refine(
    onlyOneSource,
    eitherSource,
  ),
  element('external_select', {
    ...placeholder,
    initial_option: plainOption.optional(),
    min_query_length: z.number().int().min(0).optional(),
  }),
  element('users_select', { ...placeholder, initial_user: z.string().optional() }),
  element('channels_select', {
    ...placeholder,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  element('conversations_select', {
    ...placeholder,
    ...conversations,
    initial_conversation: z.string().optional(),
  }),
  element('multi_static_select', {
    ...placeholder,
    ...choices,
    ...many,
    initial_options: z.array(plainOption).optional(),
  }).refine(onlyOneSource, eitherSource),
  element('multi_external_select', {
    ...placeholder,
    ...many,
    initial_options: z.array(plainOption).optional(),
    min_query_length: z.number().int().min(0).optional(),
  }),
  element('multi_users_select', { ...placeholder, ...many, initial_users: ids }),
  element('multi_channels_select', { ...placeholder, ...many, initial_channels: ids }),
  element('multi_conversations_select', {
    ...placeholder,
    ...many,
    initial_conversations: ids,
    default_to_current_conversation: z.boolean().optional(),
    filter: conversationFilter,
  }),
] as const

const pickers = [
  element('checkboxes', {
    options: z.array(anyOption).min(1).max(10),
    initial_options: z.array(anyOption).min(1).max(10).optional(),
  }),
  element('radio_buttons', { options: z.array(anyOption).min(1).max(10), initial_option: anyOption.optional() }),
  element('datepicker', { ...placeholder, initial_date: z.string().optional() }),
  element('timepicker', { ...placeholder, initial_time: z.string().optional(), timezone: z.string().optional() }),
  element('datetimepicker', { initial_date_time: z.number().int().optional() }),
] as const

const number = z.union([z.string(), z.number()]).optional()
const typed = [
  element('plain_text_input', {
    ...placeholder,
    ...dispatch,
    initial_value: z.string().optional(),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  element('email_text_input', { ...placeholder, ...dispatch, initial_value: z.string().optional() }),
  element('url_text_input', { ...placeholder, ...dispatch, initial_value: z.string().optional() }),
  element('number_input', {
    ...placeholder,
    ...dispatch,
    is_decimal_allowed: z.boolean(),
    initial_value: number,
    min_value: number,
    max_value: number,
  }).refine(({ min_value: min, max_value: max }) => min === undefined || max === undefined || +min <= +max, {
    message: '`min_value` must not exceed `max_value`',
  }),
  element('rich_text_input', {
    ...placeholder,
    ...dispatch,
    initial_value: z.record(z.string(), z.unknown()).optional(),
  }),
  element('file_input', {
    filetypes: z.array(z.string()).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
] as const

const overflow = element('overflow', { options: z.array(plainOption).min(1).max(5) })
const workflowButton = element('workflow_button', { text: plainText(75), workflow, style, ...label })

/** What an `actions` block may hold. */
export const actionElement = z.discriminatedUnion('type', [button, overflow, workflowButton, ...selects, ...pickers])

/** What may stand beside a section's text. */
export const accessory = z.discriminatedUnion('type', [image, button, overflow, workflowButton, ...selects, ...pickers])

/** What an `input` block may hold. */
export const inputElement = z.discriminatedUnion('type', [...selects, ...pickers, ...typed])

/** Anything a person can press, choose or fill. */
export type Element = z.infer<typeof accessory> | z.infer<typeof inputElement>
