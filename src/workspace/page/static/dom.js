/** Makes an element. Attributes that are false or undefined are left out; functions listen to events (`onClick`). */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key.slice(2).toLowerCase(), value)
    else if (value !== undefined && value !== false && value !== null)
      node.setAttribute(key, value === true ? '' : value)
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false))
  return node
}

/** A line to type, which grows with what stands in it; Enter sends its form. */
export function line(attributes) {
  const onKeydown = (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    event.target.form.requestSubmit()
  }
  return el('textarea', { class: 'line', rows: 1, autocomplete: 'off', spellcheck: 'false', ...attributes, onKeydown })
}

let serial = 0

/** An id that no other element of the page has. */
export function nextId(what) {
  serial += 1
  return `${what}-${serial}`
}

/** Keeps the nodes of a list whose data did not change, so that focus and selection stay where they are. */
export class Keyed {
  #made = new Map()

  /** @param entries [key, data][] in order; @param make (data, key) => node */
  show(parent, entries, make) {
    const nodes = entries.map(([key, data]) => {
      const json = JSON.stringify(data)
      const before = this.#made.get(key)
      if (before?.json === json) return before.node
      const node = make(data, key)
      this.#made.set(key, { json, node })
      return node
    })
    const wanted = new Set(nodes)
    for (const [key, { node }] of this.#made) if (!wanted.has(node)) this.#made.delete(key)
    for (const child of [...parent.children]) if (!wanted.has(child)) child.remove()
    nodes.forEach((node, index) => {
      if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null)
    })
  }
}

const ANNOUNCED_MS = 12_000
let announced

/** Says something to everybody, also to screen readers, for a while. */
export function announce(text, isWrong = false) {
  clearTimeout(announced)
  if (text) announced = setTimeout(announce, ANNOUNCED_MS, '')
  const said = document.getElementById('said')
  said.textContent = text
  said.className = isWrong ? 'wrong' : ''
}
