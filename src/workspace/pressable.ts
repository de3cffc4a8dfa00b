import type { AnyOption } from './blocks/choices.ts'
import type { Element } from './blocks/elements.ts'
import type { Block } from './blocks/kinds.ts'

/** Something in a message or view that a person can press, choose from or fill in. */
export interface Pressable {
  readonly blockId: string
  readonly actionId: string
  readonly element: Exclude<Element, { type: 'image' }>
  /** Whether the bot is told at once; an `input` block keeps its answer for the submission unless it says otherwise. */
  readonly dispatches: boolean
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
  icon_button: undefined,
  feedback_buttons: undefined,
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
  return blocks.flatMap((block) => {
    if (block.type === 'container') return pressables(block.child_blocks)
    const dispatches = block.type !== 'input' || block.dispatch_action === true
    return elementsOf(block).flatMap((element) => {
      if (element.type === 'image') return []
      return [{ blockId: block.block_id ?? '', actionId: element.action_id ?? '', element, dispatches }]
    })
  })
}

function elementsOf(block: Block): readonly Element[] {
  switch (block.type) {
    case 'actions':
      return block.elements
    case 'section':
      return block.accessory ? [block.accessory] : []
    case 'input':
      return [block.element]
    case 'context_actions':
      return block.elements
    case 'card':
      return block.actions ?? []
    case 'carousel':
      return block.elements.flatMap((card) => card.actions ?? [])
    default:
      return []
  }
}

/** Whether pressing an element takes an answer: which option, or what was typed. */
export function isChoice({ type }: Pressable['element']): boolean {
  return type === 'feedback_buttons' || ANSWERS[type] !== undefined
}

/** Whether this is the type of an element, which has an `action_id`. */
export function isElement(type: unknown): boolean {
  return typeof type === 'string' && Object.hasOwn(ANSWERS, type)
}

/** Whether an element holds an answer, which `state.values` shows: menus, boxes and fields do, buttons do not. */
export function isStateful({ type }: Pressable['element']): boolean {
  return type !== 'overflow' && ANSWERS[type] !== undefined
}

/** A person's answer as Slack writes it: `selected_option`, `value` … Throws if that option is not offered. */
export function answerOf(element: Pressable['element'], choice: unknown): Record<string, unknown> {
  if (element.type === 'feedback_buttons') return opinionOf(element, choice)
  const shape = ANSWERS[element.type]
  if (!shape) return {}
  const one = (value: unknown) => (shape.isOption ? choose(offeredBy(element), value) : value)
  if (!shape.isList) return { [shape.field]: one(choice) }
  const all = [choice].flat()
  const most = 'max_selected_items' in element ? element.max_selected_items : undefined
  if (most !== undefined && all.length > most) throw new Error(`no more than ${most} can be chosen`)
  return { [shape.field]: all.map(one) }
}

/** The options that an element has of its own. */
export function offeredBy(element: Pressable['element']): Offered<AnyOption> {
  return 'options' in element || 'option_groups' in element ? element : {}
}

function opinionOf(element: Extract<Element, { type: 'feedback_buttons' }>, choice: unknown): Record<string, unknown> {
  const { positive_button: positive, negative_button: negative } = element
  return { ...choose({ options: [positive, negative] }, choice) }
}

/** What an element holds before a person touches it. */
export function initialAnswer(element: Pressable['element']): Record<string, unknown> {
  const shape = ANSWERS[element.type]
  if (!shape) return {}
  const initial =
    shape.initial === undefined ? undefined : new Map<string, unknown>(Object.entries(element)).get(shape.initial)
  return { [shape.field]: initial ?? (shape.isList ? [] : null) }
}

/** Options, in groups or not. */
interface Offered<One> {
  readonly options?: readonly One[] | undefined
  readonly option_groups?: readonly { readonly options: readonly One[] }[] | undefined
}

/** All options of a menu, those in groups too. */
export function optionsIn<One>(offered: Offered<One>): One[] {
  return [...(offered.options ?? []), ...(offered.option_groups ?? []).flatMap((group) => group.options)]
}

/** Finds the option with this value. Throws if it is not offered. */
export function choose<One extends { readonly value?: string | undefined }>(
  offered: Offered<One>,
  value: unknown,
): One {
  const options = optionsIn(offered)
  const option = options.find((one) => one.value === value)
  if (option) return option
  throw new Error(`“${String(value)}” is not offered; offered are: ${options.map((one) => one.value).join(', ')}`)
}
