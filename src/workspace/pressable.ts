import type { Element } from './blocks/elements.ts'
import type { Block } from './blocks/kinds.ts'

/** Something in a message or view that a person can press, choose from or fill in. */
export interface Pressable {
  readonly blockId: string
  readonly actionId: string
  readonly element: Exclude<Element, { type: 'image' }>
}

/** How one kind of element writes its answer, and where it says what it holds at first. */
interface AnswerShape {
  readonly field: string
  readonly initial?: string
  readonly isList?: boolean
  /** The answer is one of the element's own options, named by its value. */
  readonly isOption?: boolean
}

const typed: AnswerShape = { field: 'value', initial: 'initial_value' }

const ANSWERS: Readonly<Record<Pressable['element']['type'], AnswerShape | undefined>> = {
  button: undefined,
  workflow_button: undefined,
  overflow: { field: 'selected_option', isOption: true },
  static_select: { field: 'selected_option', initial: 'initial_option', isOption: true },
  radio_buttons: { field: 'selected_option', initial: 'initial_option', isOption: true },
  external_select: { field: 'selected_option', initial: 'initial_option' },
  checkboxes: { field: 'selected_options', initial: 'initial_options', isList: true, isOption: true },
  multi_static_select: { field: 'selected_options', initial: 'initial_options', isList: true, isOption: true },
  multi_external_select: { field: 'selected_options', initial: 'initial_options', isList: true },
  users_select: { field: 'selected_user', initial: 'initial_user' },
  multi_users_select: { field: 'selected_users', initial: 'initial_users', isList: true },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation' },
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations', isList: true },
  channels_select: { field: 'selected_channel', initial: 'initial_channel' },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels', isList: true },
  datepicker: { field: 'selected_date', initial: 'initial_date' },
  timepicker: { field: 'selected_time', initial: 'initial_time' },
  datetimepicker: { field: 'selected_date_time', initial: 'initial_date_time' },
  plain_text_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  number_input: typed,
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value' },
  file_input: { field: 'files', isList: true },
}

/** Finds everything in blocks that can be pressed or filled in. */
export function pressables(blocks: readonly Block[]): Pressable[] {
  return blocks.flatMap((block) =>
    elementsOf(block).flatMap((element) =>
      element.type === 'image' ? [] : [{ blockId: block.block_id ?? '', actionId: element.action_id ?? '', element }],
    ),
  )
}

function elementsOf(block: Block): readonly Element[] {
  switch (block.type) {
    case 'actions':
      return block.elements
    case 'section':
      return block.accessory ? [block.accessory] : []
    case 'input':
      return [block.element]
    case 'card':
      return block.actions ?? []
    default:
      return []
  }
}

/** A person's answer as Slack writes it: `selected_option`, `value` … Throws if that option is not offered. */
export function answerOf(element: Pressable['element'], choice: unknown): Record<string, unknown> {
  const shape = ANSWERS[element.type]
  if (!shape) return {}
  const offer = 'options' in element || 'option_groups' in element ? element : {}
  const one = (value: unknown) => (shape.isOption ? choose(offer, value) : value)
  if (shape.isList) return { [shape.field]: (Array.isArray(choice) ? choice : [choice]).map(one) }
  return { [shape.field]: one(choice) }
}

/** What an element holds before a person touches it. */
export function initialAnswer(element: Pressable['element']): Record<string, unknown> {
  const shape = ANSWERS[element.type]
  if (!shape) return {}
  const initial =
    shape.initial === undefined ? undefined : new Map<string, unknown>(Object.entries(element)).get(shape.initial)
  return { [shape.field]: initial ?? (shape.isList ? [] : null) }
}

/** Options as blocks and answers to `block_suggestion` list them. */
interface Offer {
  readonly options?: readonly { readonly value?: string | undefined }[] | undefined
  readonly option_groups?:
    | readonly { readonly options: readonly { readonly value?: string | undefined }[] }[]
    | undefined
}

/** Finds the option with this value. Throws if it is not offered. */
export function choose(offer: Offer, value: unknown): unknown {
  const options = [...(offer.options ?? []), ...(offer.option_groups ?? []).flatMap((group) => group.options)]
  const option = options.find((one) => one.value === value)
  if (option) return option
  throw new Error(`“${String(value)}” is not offered; offered are: ${options.map((one) => one.value).join(', ')}`)
}
