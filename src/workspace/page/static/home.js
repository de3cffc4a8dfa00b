import { draw } from './blocks.js'
import { press, search } from './dialog.js'
import { el } from './dom.js'

const LABEL = 'Home of breakglass'

/** The app's Home as one person sees it: the bot draws it when it is opened, and after each press. */
export class HomeTab {
  node = el('div', { class: 'home', role: 'region', tabindex: '0', 'aria-label': LABEL, hidden: true })
  #key

  /** @param isOpen whether it is chosen among the tabs */
  show(persona, world, isOpen) {
    this.node.hidden = !isOpen
    const { home } = persona
    const key = JSON.stringify(home?.draft ?? null)
    if (key === this.#key) return
    this.#key = key
    const before = this.node.contains(document.activeElement) ? document.activeElement : undefined
    this.node.replaceChildren(...(home ? this.#blocks(persona, home, world) : [el('p', {}, 'breakglass draws it…')]))
    if (before) this.#focusAgain(before)
  }

  #blocks(persona, { id, draft }, world) {
    const on = {
      world,
      values: {},
      errors: {},
      remember() {},
      press: (element, blockId, option) => press(persona, { view: id }, { element, blockId, option }),
      search: (element, blockId, query) => search(persona, { view: id }, { element, blockId, query }),
    }
    return draw(draft.blocks, on)
  }

  /** What had the focus was drawn anew: the same button has it, or all of Home, so that no other is pressed by mistake. */
  #focusAgain({ ariaLabel }) {
    const same = [...this.node.querySelectorAll('button')].find((button) => button.ariaLabel === ariaLabel)
    ;(same ?? this.node).focus({ preventScroll: true })
  }
}
