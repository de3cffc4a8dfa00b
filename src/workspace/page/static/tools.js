import { announce, el } from './dom.js'
import { does } from './server.js'

/** The menus on top: attacks, faults, the bot itself, what else there is, the config, the wire. */
export class Tools {
  #nav
  #drawer
  #key = ''
  #wire = false

  constructor(nav, drawer) {
    this.#nav = nav
    this.#drawer = drawer
    nav.addEventListener('keydown', ({ key, target }) => {
      if (key !== 'Escape') return
      target.closest('[open]')?.querySelector('summary').focus()
      this.#closeMenus()
    })
    document.addEventListener('click', ({ target }) => this.#closeMenus(target))
  }

  #focus(id) {
    const found = this.#nav.querySelector(`[data-menu="${id}"]`)
    const own = found?.querySelector('summary') ?? found
    own?.focus()
  }

  /** All but the one in which this node stands. */
  #closeMenus(except) {
    for (const open of this.#nav.querySelectorAll('[open]')) if (!open.contains(except)) open.removeAttribute('open')
  }

  show(state) {
    const key = JSON.stringify([state.attacks, state.slackFault, state.target.fault, state.bot])
    if (this.#wire) void this.#showWire()
    if (key === this.#key) return
    this.#key = key
    const focused = document.activeElement?.closest('#tools [data-menu]')?.dataset.menu
    this.#nav.replaceChildren(
      menu(
        'attacks',
        'Be the attacker',
        state.attacks.map(({ id, words }) => choice(words, () => this.#attack(id))),
      ),
      faultMenu('Slack', state.slackFault.is, state.slackFault.all),
      faultMenu('Target', state.target.fault, state.target.faults),
      menu('bot', `Bot: ${wordOf(state.bot)}`, [
        state.bot.isRunning
          ? choice('kill -9', () => does('bot', { does: 'kill' }))
          : choice('start it again', () => does('bot', { does: 'start' })),
      ]),
      button('more', 'More to try', () => this.#showIdeas(state.ideas)),
      button('config', 'Config', () => this.#showText('config', 'The bot’s config', state.config)),
      button('wire', 'Wire', () => this.#openWire()),
    )
    if (focused) this.#focus(focused)
  }

  /** What else there is, a list for each person. */
  #showIdeas(ideas) {
    const people = Map.groupBy(ideas, ({ who }) => who)
    const lists = [...people].flatMap(([who, theirs]) => [
      el('h3', {}, who),
      el(
        'ul',
        {},
        theirs.map(({ does, type }) => el('li', {}, type ? [el('code', {}, type), ` ${does}`] : does)),
      ),
    ])
    this.#open('more', 'More to try', el('div', { class: 'ideas' }, lists))
  }

  async #attack(which) {
    announce('Trying…')
    const { tried, said = [], events = [], error } = await does('attack', { which })
    if (error) return
    announce(`${tried}: ${said.join(' ')}`)
    const lines = events.toReversed().map((event) => JSON.stringify(event, null, 1))
    this.#showText(
      'attacks',
      tried,
      `${said.join('\n') || 'Nobody was told anything.'}\n\nWhat it left in the audit log, the newest first:\n${lines.join('\n') || 'nothing'}`,
    )
  }

  #showText(from, title, text) {
    this.#wire = false
    this.#open(from, title, el('pre', { tabindex: '0' }, text))
  }

  async #openWire() {
    this.#wire = true
    this.#open('wire', 'What goes over the wire', el('div', { class: 'wire' }))
    await this.#showWire()
  }

  async #showWire() {
    const { traffic = [] } = await does('traffic', {})
    const rows = traffic
      .toReversed()
      .map(({ at, to, what, body, answer }) =>
        el(
          'details',
          {},
          el(
            'summary',
            {},
            `${new Date(at).toISOString().slice(11, 23)} ${to === 'bot' ? 'Slack → bot' : 'bot → Slack'} ${what}: ${answer}`,
          ),
          el('pre', {}, JSON.stringify(body, null, 1)),
        ),
      )
    const wire = this.#drawer.querySelector('.wire')
    if (wire && !wire.querySelector('details[open]')) wire.replaceChildren(...rows)
  }

  /** @param from the menu or button that opened it, which has the focus again afterwards */
  #open(from, title, content) {
    const close = () => {
      this.#wire = false
      this.#drawer.hidden = true
      this.#focus(from)
    }
    this.#drawer.setAttribute('aria-label', title)
    this.#drawer.replaceChildren(
      el('div', { class: 'bar' }, el('h2', {}, title), button('close', 'Close', close)),
      content,
    )
    this.#drawer.onkeydown = ({ key }) => key === 'Escape' && close()
    this.#drawer.hidden = false
    this.#drawer.querySelector('button').focus()
  }
}

function menu(id, label, choices) {
  return el('details', { 'data-menu': id }, el('summary', {}, label), el('div', { class: 'choices' }, choices))
}

function wordOf({ isRunning, isConnected }) {
  if (!isRunning) return 'dead'
  return isConnected ? 'running' : 'connecting…'
}

/** What is wrong with one of the two, to be chosen. */
function faultMenu(what, is, all) {
  const id = what.toLowerCase()
  const inWords = (fault) => (fault === 'none' ? 'fine' : fault)
  const choices = all.map((fault) => choice(inWords(fault), () => does(`${id}-fault`, { fault }), fault === is))
  return menu(id, `${what}: ${inWords(is)}`, choices)
}

function choice(label, act, isChosen = false) {
  return el(
    'button',
    {
      type: 'button',
      'aria-pressed': isChosen ? 'true' : undefined,
      onClick: (event) => {
        event.target.closest('details').removeAttribute('open')
        void act()
      },
    },
    label,
  )
}

function button(id, label, act) {
  return el('button', { type: 'button', class: 'button', 'data-menu': id, onClick: () => void act() }, label)
}
