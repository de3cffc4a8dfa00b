import { z } from 'zod'
import { datetimePicker, focus, named, pickers, placeholder, plainOption, pressed, selects } from './choices.ts'
import { kind, plainText, upTo } from './text.ts'

const dispatch = {
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
    .optional(),
}

/** Something to type into: Slack asks for no confirmation of what is typed. */
const field = <Name extends string, Shape extends z.ZodRawShape>(type: Name, shape: Shape) =>
  kind(type, { ...named, ...focus, ...dispatch, ...shape })

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
export const button = kind('button', {
  ...pressed,
  text: plainText(75),
  value: upTo(2000, 0).optional(),
  url: upTo(3000).optional(),
  style,
  ...label,
})

const number = z.union([z.string(), z.number()]).optional()
const typed = [
  field('plain_text_input', {
    ...placeholder,
    initial_value: z.string().optional(),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  field('email_text_input', { ...placeholder, initial_value: z.string().optional() }),
  field('url_text_input', { ...placeholder, initial_value: z.string().optional() }),
  field('number_input', {
    ...placeholder,
    is_decimal_allowed: z.boolean(),
    initial_value: number,
    min_value: number,
    max_value: number,
  }).refine(({ min_value: min, max_value: max }) => min === undefined || max === undefined || +min <= +max, {
    message: '`min_value` must not exceed `max_value`',
  }),
] as const

const richTextInput = field('rich_text_input', {
  ...placeholder,
  initial_value: z.record(z.string(), z.unknown()).optional(),
})
const fileInput = kind('file_input', {
  ...named,
  filetypes: z.array(z.string()).optional(),
  max_files: z.number().int().min(1).max(10).optional(),
})

const overflow = kind('overflow', { ...pressed, options: z.array(plainOption).min(1).max(5) })
const workflowButton = kind('workflow_button', { ...pressed, text: plainText(75), workflow, style, ...label })
const pressable = [button, overflow, workflowButton] as const

const opinion = z.strictObject({ text: plainText(75), value: upTo(2000), ...label })

/** What a `context_actions` block may hold. */
export const contextAction = z.discriminatedUnion('type', [
  kind('feedback_buttons', { ...named, positive_button: opinion, negative_button: opinion }),
  kind('icon_button', {
    ...pressed,
    icon: z.string(),
    text: plainText(75),
    value: upTo(2000).optional(),
    ...label,
    visible_to_user_ids: z.array(z.string()).max(10).optional(),
  }),
])

/** What an `actions` block may hold. */
export const actionElement = z.discriminatedUnion('type', [
  ...pressable,
  ...selects,
  ...pickers,
  datetimePicker,
  richTextInput,
])

/** What may stand beside a section's text. */
export const accessory = z.discriminatedUnion('type', [image, ...pressable, ...selects, ...pickers])

/** What an `input` block may hold. */
export const inputElement = z.discriminatedUnion('type', [
  ...selects,
  ...pickers,
  datetimePicker,
  ...typed,
  richTextInput,
  fileInput,
])

/** Anything a person can press, choose or fill. */
export type Element =
  | z.infer<typeof accessory>
  | z.infer<typeof inputElement>
  | z.infer<typeof actionElement>
  | z.infer<typeof contextAction>
