import { el } from './dom.js'

let serial = 0
function nextId(what) {
  serial += 1
  return `${what}-${serial}`
}

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
      const node = el(name, { ...facts, ...limits, onInput: remember })
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

/** A menu that is searched by typing: arrows move, Enter chooses, Escape closes. */
export function menu(element, block, on, name, facts = {}) {
  const listId = nextId('list')
  const held = on.held?.(block.block_id, element.action_id) ?? element.initial_option
  if (held && block.type === 'input') on.remember(block.block_id, held.value)
  const box = el('input', {
    ...facts,
    type: 'text',
    role: 'combobox',
    class: 'menu',
    autocomplete: 'off',
    'aria-label': facts.id ? undefined : name,
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    'aria-controls': listId,
    'data-action': element.action_id,
    placeholder: element.placeholder?.text,
  })
  box.value = held?.text.text ?? ''
  const list = el('ul', { id: listId, role: 'listbox', 'aria-label': name, hidden: true })
  let options = []
  let at = -1

  const show = (found) => {
    options = found
    at = found.length > 0 ? 0 : -1
    list.replaceChildren(...found.map((one, index) => option(one, `${listId}-${index}`, () => choose(one))))
    list.hidden = found.length === 0
    box.setAttribute('aria-expanded', String(found.length > 0))
    mark()
  }
  const mark = () => {
    for (const [index, node] of [...list.children].entries()) node.setAttribute('aria-selected', String(index === at))
    list.children[at]?.scrollIntoView({ block: 'nearest' })
    if (at >= 0) box.setAttribute('aria-activedescendant', `${listId}-${at}`)
    else box.removeAttribute('aria-activedescendant')
  }
  const close = () => show([])
  const choose = (one) => {
    box.value = one.text.text
    close()
    if (block.type === 'input') on.remember(block.block_id, one.value)
    if (block.type !== 'input' || block.dispatch_action) void on.press(element, block.block_id, one.value)
  }
  const search = async (query) => {
    if (element.type === 'external_select') show(await on.search(element, block.block_id, query))
    else show(optionsOf(element).filter(({ text }) => text.text.toLowerCase().includes(query.toLowerCase())))
  }
  box.addEventListener('input', () => void search(box.value))
  box.addEventListener('click', () => void search(''))
  box.addEventListener('blur', () => setTimeout(close, 150))
  box.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && options.length === 0) void search('')
    else if (event.key === 'ArrowDown') at = Math.min(at + 1, options.length - 1)
    else if (event.key === 'ArrowUp') at = Math.max(at - 1, 0)
    else if (event.key === 'Enter' && options[at]) choose(options[at])
    else if (event.key === 'Escape' && options.length > 0) close()
    else return
    event.preventDefault()
    event.stopPropagation()
    mark()
  })
  return el('div', { class: 'combobox' }, box, list)
}

function option(one, id, choose) {
  const description = one.description ? el('span', { class: 'description' }, one.description.text) : undefined
  return el(
    'li',
    {
      id,
      role: 'option',
      class: 'option',
      onMousedown: (event) => {
        event.preventDefault()
        choose()
      },
    },
    one.text.text,
    description,
  )
}

function optionsOf({ options, option_groups: groups }) {
  return options ?? groups?.flatMap((group) => group.options) ?? []
}
