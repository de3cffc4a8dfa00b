import { draw } from './blocks.js'
import { modal, press, search } from './dialog.js'
import { el, Keyed } from './dom.js'
import { markup } from './markup.js'
import { does } from './server.js'

const HINTS = ['orders-read 30s INC-42 replica lag on the primary', 'list', 'mine', 'help']

/** One person's Slack. */
export class Pane {
  node
  #id
  #title = el('h2')
  #tabs = el('div', { class: 'tabs', role: 'tablist' })
  #messages = el('div', { class: 'messages', role: 'log', tabindex: '0' })
  #line
  #offer = el('div', { class: 'offer', hidden: true })
  #isNew = true
  #open
  #keyed = new Keyed()
  #modalKey = ''
  #fields = 0
  #modal = el('div', { class: 'modal-place' })
  #persona
  #world
  #seen = new Map()

  constructor(id) {
    this.#id = id
    this.#line = el('input', { type: 'text', class: 'line', autocomplete: 'off', 'aria-label': 'Message or command' })
    const composer = el(
      'form',
      { class: 'composer', onSubmit: (event) => this.#send(event) },
      this.#line,
      el('button', { class: 'button primary', type: 'submit' }, 'Send'),
    )
    this.#line.addEventListener('input', () => this.#suggest())
    this.node = el(
      'section',
      { class: 'pane person', id: `pane-${id}` },
      this.#title,
      this.#tabs,
      this.#messages,
      this.#offer,
      composer,
      this.#modal,
    )
  }

  show(slack) {
    const persona = slack.personas.find(({ id }) => id === this.#id)
    this.#persona = persona
    const { people, channels, groups } = slack
    this.#world = {
      people,
      channels,
      groups,
      me: persona.id,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }
    this.#title.replaceChildren(persona.realName, el('span', {}, persona.title))
    this.node.setAttribute('aria-label', `${persona.realName}, ${persona.title}`)
    this.#open ??= persona.conversations.find((one) => isFirstFor(persona, one))?.id ?? persona.conversations[0].id
    if (this.#isNew && persona.title === 'engineer') this.#line.value = `/breakglass ${HINTS[0]}`
    this.#isNew = false
    this.#showTabs()
    this.#showMessages()
    this.#showModal()
  }

  #showTabs() {
    const tabs = this.#persona.conversations.map((one) => this.#tab(one))
    const focused = [...this.#tabs.children].indexOf(document.activeElement)
    this.#tabs.replaceChildren(...tabs)
    if (focused >= 0) tabs[focused]?.focus()
    this.#tabs.onkeydown = ({ key }) => this.#moveBy({ ArrowRight: 1, ArrowLeft: -1 }[key])
  }

  #tab({ id, name, isDirect, isPrivate, messages }) {
    const isOpen = id === this.#open
    if (isOpen) this.#seen.set(id, messages.length)
    const unread = messages.length - (this.#seen.get(id) ?? 0)
    const open = () => {
      this.#open = id
      this.#showTabs()
      this.#showMessages(true)
    }
    const facts = {
      role: 'tab',
      type: 'button',
      'aria-selected': String(isOpen),
      tabindex: isOpen ? '0' : '-1',
      onClick: open,
      'data-place': id,
    }
    return el(
      'button',
      facts,
      isDirect ? 'breakglass' : `${isPrivate ? 'private:' : '#'} ${name}`,
      unread > 0 && el('span', { class: 'unread', 'aria-label': `${unread} new` }, String(unread)),
    )
  }

  #moveBy(step) {
    if (!step) return
    const tabs = [...this.#tabs.children]
    const at = tabs.findIndex(({ dataset }) => dataset.place === this.#open)
    const next = (at + step + tabs.length) % tabs.length
    tabs[next].click() // draws the tabs anew
    this.#tabs.children[next].focus()
  }

  #showMessages(toEnd = false) {
    const where = this.#persona.conversations.find(({ id }) => id === this.#open)
    this.#messages.setAttribute('aria-label', where.isDirect ? 'Messages with breakglass' : `Messages in ${where.name}`)
    const atEnd = toEnd || this.#messages.scrollHeight - this.#messages.scrollTop - this.#messages.clientHeight < 60
    this.#keyed.show(
      this.#messages,
      where.messages.map((message) => [`${where.id} ${message.ts}`, message]),
      (message) => this.#message(where, message),
    )
    if (atEnd) this.#messages.scrollTop = this.#messages.scrollHeight
  }

  #message(where, { ts, author, isEphemeral, text, blocks, looks }) {
    const at = new Date(Number(ts) * 1000)
    const name = this.#world.people[author]
    const on = {
      world: this.#world,
      values: {},
      errors: {},
      remember() {},
      press: (element, blockId, option) =>
        press(this.#persona, { channel: where.id, ts }, { element, blockId, option }),
      search: (element, blockId, query) =>
        search(this.#persona, { channel: where.id, ts }, { element, blockId, query }),
    }
    const time = at.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return el(
      'article',
      { class: isEphemeral ? 'message ephemeral' : 'message', 'data-ts': ts },
      el(
        'p',
        { class: 'author' },
        el('strong', {}, name?.realName ?? author),
        name?.isBot && el('span', { class: 'app' }, 'APP'),
        el('time', { datetime: at.toISOString() }, time),
        looks > 1 && el('span', { class: 'edited' }, '(edited)'),
        isEphemeral && el('span', { class: 'edited' }, 'Only visible to you'),
      ),
      blocks.length > 0 ? draw(blocks, on) : el('p', {}, markup(text, this.#world)),
    )
  }

  /** A modal is drawn again only when its look changes: what is typed and where the focus is stay. */
  #showModal() {
    const view = this.#persona.modals.at(-1)
    const key = view ? JSON.stringify([view.id, view.draft, view.errors]) : ''
    if (key === this.#modalKey) return
    const isNew = !this.#modalKey.startsWith(JSON.stringify([view?.id]).slice(0, -1))
    const focused = this.#modal.contains(document.activeElement) ? document.activeElement?.dataset.block : undefined
    this.#modalKey = key
    this.#modal.replaceChildren(...(view ? [modal(this.#persona, this.#world)] : []))
    const wrong = this.#modal.querySelector('[aria-invalid]')
    const again = focused && this.#modal.querySelector(`[data-block="${focused}"]`)
    const first = this.#modal.querySelector('input, textarea, button')
    const fields = this.#modal.querySelectorAll('[data-block]').length
    const isFilledIn = fields > 0 && this.#fields === 0 // it was looked up first
    this.#fields = fields
    if (view) (wrong ?? again ?? (isNew || isFilledIn ? first : undefined))?.focus()
    else if (isNew) this.#line.focus()
  }

  #suggest() {
    const { value } = this.#line
    const typing = value.startsWith('/') && !value.includes(' ')
    this.#offer.hidden = !typing
    if (!typing) return
    const take = (hint) => () => {
      this.#line.value = `/breakglass ${hint}`
      this.#offer.hidden = true
      this.#line.focus()
    }
    this.#offer.replaceChildren(
      el('p', {}, el('strong', {}, '/breakglass'), ' ENTITLEMENT [TTL] REASON · or alone, for a form'),
      ...HINTS.map((hint) => el('button', { type: 'button', onClick: take(hint) }, hint)),
    )
  }

  async #send(event) {
    event.preventDefault()
    const line = this.#line.value.trim()
    if (line === '') return
    this.#offer.hidden = true
    this.#line.value = ''
    const { error } = await does('act', { as: this.#id, verb: 'types', line, in: this.#open })
    if (error && this.#line.value === '') this.#line.value = line
  }
}

/** Where somebody looks first. */
function isFirstFor({ title }, { name, isDirect }) {
  if (title === 'approver') return name === 'requests'
  return title === 'security' ? name === 'security' : isDirect
}
