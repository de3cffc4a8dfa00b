import { el, nextId } from './dom.js'

/** So long a menu stays when the focus leaves it, for the press on an option to arrive. */
const CLOSES_AFTER_MS = 150

/** A menu that is searched by typing: arrows move, Enter chooses, Escape closes. */
export function menu(element, block, on, name, facts = {}) {
  return new Menu({ element, block, on }, name, facts).node
}

class Menu {
  node
  #for
  #box
  #list
  #options = []
  #at = -1
  #searches = 0

  constructor({ element, block, on }, name, facts) {
    this.#for = { element, block, on }
    const listId = nextId('list')
    this.#list = el('ul', { id: listId, role: 'listbox', 'aria-label': name, hidden: true })
    this.#box = el('input', {
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
      onInput: () => void this.#search(this.#box.value),
      onClick: () => void this.#search(''),
      onBlur: () => setTimeout(() => this.#show([]), CLOSES_AFTER_MS),
      onKeydown: (event) => this.#key(event),
    })
    const held = on.held?.(block.block_id, element.action_id) ?? element.initial_option
    if (held && block.type === 'input') on.remember(block.block_id, held.value)
    this.#box.value = held?.text.text ?? ''
    this.node = el('div', { class: 'combobox' }, this.#box, this.#list)
  }

  async #search(query) {
    const { element, block, on } = this.#for
    if (element.type !== 'external_select') return this.#show(matching(element, query))
    this.#searches += 1
    const mine = this.#searches
    const found = await on.search(element, block.block_id, query)
    if (mine === this.#searches) this.#show(found) // else something newer was typed or chosen
  }

  /** Opens with these options; closes with none. */
  #show(found) {
    this.#searches += 1
    this.#options = found
    this.#at = found.length > 0 ? 0 : -1
    const idOf = (index) => `${this.#list.id}-${index}`
    this.#list.replaceChildren(...found.map((one, index) => option(one, idOf(index), () => this.#choose(one))))
    this.#list.hidden = found.length === 0
    this.#box.setAttribute('aria-expanded', String(found.length > 0))
    this.#mark()
  }

  #mark() {
    const nodes = [...this.#list.children]
    for (const [index, node] of nodes.entries()) node.setAttribute('aria-selected', String(index === this.#at))
    const marked = nodes[this.#at]
    marked?.scrollIntoView({ block: 'nearest' })
    if (marked) this.#box.setAttribute('aria-activedescendant', marked.id)
    else this.#box.removeAttribute('aria-activedescendant')
  }

  #choose({ text, value }) {
    const { element, block, on } = this.#for
    this.#box.value = text.text
    this.#show([])
    if (block.type === 'input') on.remember(block.block_id, value)
    if (block.type !== 'input' || block.dispatch_action) void on.press(element, block.block_id, value)
  }

  #key(event) {
    const isOpen = this.#options.length > 0
    if (event.key === 'ArrowDown' && !isOpen) void this.#search('')
    else if (event.key === 'ArrowDown') this.#at = Math.min(this.#at + 1, this.#options.length - 1)
    else if (event.key === 'ArrowUp' && isOpen) this.#at = Math.max(this.#at - 1, 0)
    else if (event.key === 'Enter' && isOpen) this.#choose(this.#options[this.#at])
    else if (event.key === 'Escape' && isOpen) this.#show([])
    else return
    event.preventDefault()
    event.stopPropagation()
    this.#mark()
  }
}

function option({ text, description }, id, choose) {
  const onMousedown = (event) => {
    event.preventDefault() // the focus stays in the box
    choose()
  }
  return el(
    'li',
    { id, role: 'option', class: 'option', onMousedown },
    text.text,
    description && el('span', { class: 'description' }, description.text),
  )
}

function matching({ options, option_groups: groups }, query) {
  const all = options ?? groups?.flatMap((group) => group.options) ?? []
  return all.filter(({ text }) => text.text.toLowerCase().includes(query.toLowerCase()))
}
