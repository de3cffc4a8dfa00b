import { heldIn, withAnswer } from './answers.ts'
import { inputsIn } from './blocks/together.ts'
import { answerOf, pressables } from './pressable.ts'
import { plain } from './rendering.ts'
import { buttonsOf, type SeenButton } from './seen.ts'
import type { State } from './state.ts'
import type { Values, View } from './view.ts'

/** A modal as a person sees it at one moment. */
export interface SeenModal {
  readonly id: string
  readonly callbackId: string
  readonly title: string
  readonly submit: string | undefined
  readonly plain: string
  readonly buttons: readonly SeenButton[]
  /** The fields that can be filled in, by block, with what they hold. */
  readonly fields: Readonly<Record<string, unknown>>
  /** What is wrong with the last submission, by block. */
  readonly errors: Readonly<Record<string, string>>
  readonly view: View
}

/** Takes a picture of a modal. */
export function seenModal(view: View, state: State): SeenModal {
  const { draft } = view
  const inputs = new Set(inputsIn(draft.blocks).map((block) => block.block_id))
  const fields = Object.entries(heldIn(draft.blocks, view.values)).flatMap(([blockId, actions]) =>
    inputs.has(blockId) ? [[blockId, Object.values(actions)[0]]] : [],
  )
  return {
    id: view.id,
    callbackId: draft.callback_id ?? '',
    title: 'title' in draft ? draft.title.text : '',
    submit: 'submit' in draft ? draft.submit?.text : undefined,
    plain: plain(draft.blocks, state),
    buttons: buttonsOf(draft.blocks),
    fields: Object.fromEntries(fields),
    errors: view.errors,
    view,
  }
}

/**
 * Fills in a modal: `values` by the `block_id` of input blocks; what is not named keeps what it holds. Throws for a field
 * that is not there and for an option that is not offered.
 */
export function filled(view: View, values: Readonly<Record<string, unknown>>): Values {
  const { blocks } = view.draft
  const inputs = new Set(inputsIn(blocks).map((block) => block.block_id))
  const fields = pressables(blocks).filter(({ blockId }) => inputs.has(blockId))
  const unknown = Object.keys(values).filter((name) => !fields.some(({ blockId }) => blockId === name))
  if (unknown.length > 0) {
    throw new Error(
      `the modal has no field ${unknown.join(', ')}; it has ${fields.map((one) => one.blockId).join(', ')}`,
    )
  }
  const given = fields
    .filter(({ blockId }) => blockId in values)
    .reduce((held, field) => withAnswer(held, field, answerOf(field.element, values[field.blockId])), view.values)
  return heldIn(blocks, given)
}

/** Says why Slack's own window would not submit these answers, or nothing. */
export function whyIncomplete(view: View, values: Values): string | undefined {
  for (const block of inputsIn(view.draft.blocks)) {
    const { type: _type, ...answers } = values[block.block_id ?? '']?.[block.element.action_id ?? ''] ?? {}
    const [answer] = Object.values(answers)
    const isEmpty =
      answer === undefined || answer === null || answer === '' || (Array.isArray(answer) && !answer.length)
    if (isEmpty && !block.optional) return `“${block.label.text}” must be filled in`
    if (block.element.type !== 'plain_text_input' || isEmpty) continue
    const { min_length: min = 0, max_length: max = 3000 } = block.element
    const length = String(answer).length
    if (length < min || length > max) return `“${block.label.text}” must have ${min} to ${max} characters`
  }
  return undefined
}
