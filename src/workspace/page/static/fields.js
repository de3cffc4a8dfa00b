import { el, nextId } from './dom.js'
import { menu } from './menu.js'

/** An input block: label, field, hint, and what is wrong with it. */
export function field(block, on) {
  const id = nextId('field')
  const wrong = on.errors[block.block_id]
  const hint = block.hint?.text
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ')
  const facts = {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': wrong ? 'true' : undefined,
    'data-block': block.block_id,
  }
  return el(
    'div',
    { class: 'input' },
    el(
      'label',
      { for: id },
      block.label.text,
      block.optional ? el('span', { class: 'optional' }, ' (optional)') : undefined,
    ),
    inputFor(block, on, facts),
    hint && el('p', { id: `${id}-hint`, class: 'hint' }, hint),
    wrong && el('p', { id: `${id}-wrong`, class: 'wrong', role: 'alert' }, wrong),
  )
}

function inputFor(block, on, facts) {
  const { element } = block
  switch (element.type) {
    case 'plain_text_input': {
      const typed = on.values[block.block_id] ?? element.initial_value ?? ''
      const name = element.multiline ? 'textarea' : 'input'
      const remember = ({ target }) => on.remember(block.block_id, target.value)
      const limits = { maxlength: element.max_length, rows: element.multiline ? 3 : undefined }
      const placeholder = element.placeholder?.text ?? 'Write something' // as Slack has it
      const node = el(name, { ...facts, ...limits, placeholder, onInput: remember })
      node.value = typed
      on.remember(block.block_id, typed)
      return node
    }
    case 'static_select':
    case 'external_select':
      return menu(element, block, on, block.label.text, facts)
    default:
      return el('p', { class: 'unknown', role: 'alert' }, `This page cannot draw the field “${element.type}”.`)
  }
}
