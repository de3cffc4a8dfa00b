import { draw } from './blocks.js'
import { modal, press, search } from './dialog.js'
import { el, Keyed, line } from './dom.js'
import { HomeTab } from './home.js'
import { markup } from './markup.js'
import { avatar, beginning, follows, shortcuts } from './message.js'
import { does } from './server.js'

/** So many messages of a conversation the server tells of; with fewer, its beginning is among them. */
const MOST_MESSAGES = 60
const NEAR_END_PX = 60
/** The tab that is no conversation. */
const HOME = 'home'
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
  #isAtEnd = true
  #open
  #keyed = new Keyed()
  #modalKey = ''
  #fields = 0
  #composer
  #home = new HomeTab()
  #modal = el('div', { class: 'modal-place' })
  #persona
  #world
  #seen = new Map()

  constructor(id) {
    this.#id = id
    this.#line = line({ 'aria-label': 'Message or command' })
    this.#composer = el(
      'form',
      { class: 'composer', onSubmit: (event) => this.#send(event) },
      this.#line,
      el('button', { class: 'send', type: 'submit', 'aria-label': 'Send', title: 'Send' }),
    )
    this.#line.addEventListener('input', () => this.#suggest())
    this.#messages.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#messages
      this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX
    })
    new ResizeObserver(() => this.#stayAtEnd()).observe(this.#messages)
    this.#line.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#offer.hidden = true
    })
    this.node = el(
      'section',
      { class: 'pane person', id: `pane-${id}` },
      this.#title,
      this.#tabs,
      this.#messages,
      this.#home.node,
      this.#offer,
      this.#composer,
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
      shortcuts: slack.shortcuts,
      me: persona.id,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }
    this.#title.replaceChildren(avatar(people[persona.id], persona.id), persona.realName, el('span', {}, persona.title))
    this.node.setAttribute('aria-label', `${persona.realName}, ${persona.title}`)
    this.#open ??= persona.conversations.find((one) => isFirstFor(persona, one))?.id ?? persona.conversations[0].id
    if (this.#isNew && persona.title === 'engineer') this.#line.value = `/breakglass ${HINTS[0]}`
    this.#isNew = false
    this.#showTabs()
    this.#showPlace()
    this.#showModal()
  }

  /** Whether it is before the reader's eyes: on a narrow screen only one pane is. */
  get isShown() {
    return this.node.offsetParent !== null
  }

  /** How many messages nobody has looked at, in all conversations. */
  get unread() {
    return this.#persona.conversations.reduce(
      (sum, { id, messages }) => sum + messages.length - (this.#seen.get(id) ?? 0),
      0,
    )
  }

  #showTabs() {
    const tabs = [...this.#persona.conversations.map((one) => this.#tab(one)), this.#homeTab()]
    const focused = [...this.#tabs.children].indexOf(document.activeElement)
    this.#tabs.replaceChildren(...tabs)
    if (focused >= 0) tabs[focused]?.focus()
    this.#tabs.onkeydown = ({ key }) => this.#moveBy({ ArrowRight: 1, ArrowLeft: -1 }[key])
  }

  #tab({ id, name, isDirect, isPrivate, messages }) {
    const isOpen = id === this.#open
    if (isOpen && this.isShown) this.#seen.set(id, messages.length)
    const unread = messages.length - (this.#seen.get(id) ?? 0)
    return el(
      'button',
      this.#tabFacts(id, () => this.#opens(id)),
      el('span', { class: isDirect ? 'of-app' : isPrivate ? 'of-few' : 'of-all', 'aria-hidden': 'true' }),
      isPrivate && !isDirect && el('span', { class: 'hidden' }, 'private channel '),
      isDirect ? 'breakglass' : name,
      unread > 0 && el('span', { class: 'unread', 'aria-label': `${unread} new` }, String(unread)),
    )
  }

  #homeTab() {
    const open = () => {
      this.#opens(HOME)
      void does('act', { as: this.#id, verb: 'opens home' })
    }
    return el('button', this.#tabFacts(HOME, open), 'Home')
  }

  #tabFacts(id, onClick) {
    const isOpen = id === this.#open
    const selected = { 'aria-selected': String(isOpen), tabindex: isOpen ? '0' : '-1' }
    return { role: 'tab', type: 'button', ...selected, onClick, 'data-place': id }
  }

  #opens(id) {
    this.#open = id
    this.#showTabs()
    this.#showPlace(true)
  }

  /** A conversation with the line to type, or Home, which has none. */
  #showPlace(toEnd = false) {
    const isHome = this.#open === HOME
    this.#messages.hidden = this.#composer.hidden = isHome
    if (isHome) this.#offer.hidden = true
    this.#home.show(this.#persona, this.#world, isHome)
    if (!isHome) this.#showMessages(toEnd)
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
    this.#isAtEnd ||= toEnd
    this.#line.placeholder = `Message ${where.isDirect ? 'breakglass' : `#${where.name}`}`
    const entries = where.messages.map((message, index) => [
      `${where.id} ${message.ts}`,
      { ...message, follows: follows(message, where.messages[index - 1]) },
    ])
    if (entries.length < MOST_MESSAGES) entries.unshift([`${where.id} beginning`, { beginsIn: where.name }])
    const focused = this.#messages.contains(document.activeElement) ? document.activeElement : undefined
    this.#keyed.show(this.#messages, entries, (data) => (data.beginsIn ? beginning(where) : this.#message(where, data)))
    if (focused && !focused.isConnected) this.#focusAgain(focused)
    this.#stayAtEnd()
  }

  /** What had the focus was drawn anew: the same button has it, or the messages, so that no other is pressed by mistake. */
  #focusAgain(before) {
    const { ts } = before.closest('[data-ts]').dataset
    const same = `[data-ts="${ts}"] [data-action="${before.dataset.action}"]`
    const next = this.#messages.querySelector(same) ?? this.#messages
    next.focus({ preventScroll: true })
  }

  /** Whoever reads the newest goes on to; whoever has scrolled up stays there. */
  #stayAtEnd() {
    if (this.#isAtEnd) this.#messages.scrollTop = this.#messages.scrollHeight
  }

  #message(where, { ts, author, isEphemeral, text, blocks, looks, follows }) {
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
      { class: ['message', isEphemeral && 'ephemeral', follows && 'follows'].filter(Boolean).join(' '), 'data-ts': ts },
      avatar(name, author),
      isEphemeral && el('p', { class: 'only-you' }, 'Only visible to you'),
      el(
        'p',
        { class: 'author' },
        el('strong', {}, name?.realName ?? author),
        name?.isBot && el('span', { class: 'app' }, 'APP'),
        el('time', { datetime: at.toISOString() }, time),
      ),
      blocks.length > 0 ? draw(blocks, on) : el('p', {}, markup(text, this.#world)),
      looks > 1 && el('span', { class: 'edited' }, '(edited)'),
      !isEphemeral && !name?.isBot && shortcuts(this.#world, { channel: where.id, ts }, `${name?.realName}, ${time}`),
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
