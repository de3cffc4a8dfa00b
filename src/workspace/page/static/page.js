import { el } from './dom.js'
import { Pane } from './pane.js'
import { watch } from './server.js'
import { TargetPane } from './target.js'
import { Tools } from './tools.js'

const at = (id) => document.getElementById(id)
const panes = new Map()
const target = new TargetPane()
const tools = new Tools(at('tools'), at('drawer'))
let stepsKey = ''

/** Shows once more what was shown last. */
let latest

watch((state) => {
  latest = () => show(state)
  latest()
})

function show(state) {
  for (const { id } of state.slack.personas) {
    if (panes.has(id)) continue
    panes.set(id, new Pane(id))
    at('panes').append(panes.get(id).node)
  }
  if (!target.node.isConnected) {
    at('panes').append(target.node)
    showSwitch(state.slack.personas)
  }
  for (const pane of panes.values()) pane.show(state.slack)
  target.show(state.target)
  tools.show(state)
  showSteps(state.steps)
  showUnread()
}

at('more').addEventListener('click', ({ target: button }) => {
  const isOpen = at('tools').classList.toggle('open')
  button.setAttribute('aria-expanded', String(isOpen))
})

/** What to do next; each ticks itself off from what really happened. */
function showSteps(steps) {
  const key = JSON.stringify(steps)
  if (key === stepsKey) return
  stepsKey = key
  const next = steps.findIndex(({ done }) => !done)
  const items = steps.map(({ words, done }, index) =>
    el(
      'li',
      { class: done ? 'done' : index === next ? 'next' : '', 'aria-current': index === next ? 'step' : undefined },
      el('span', { class: 'tick', 'aria-hidden': 'true' }, done ? '✓' : String(index + 1)),
      words,
      done && el('span', { class: 'hidden' }, ' (done)'),
    ),
  )
  const over = el(
    'p',
    {},
    'That was the whole story, and Sam’s pane has all of it. Now be the attacker, or break something: the menus above.',
  )
  at('steps').replaceChildren(el('ol', {}, items), ...(next < 0 ? [over] : []))
}

/** On a narrow screen one pane is shown, and these choose which. */
function showSwitch(personas) {
  const people = personas.map(({ id, realName, title }) => [`pane-${id}`, realName, title])
  const all = [...people, ['pane-target', 'orders-db', 'as Ann']]
  const choose = (chosen) => {
    for (const [id] of all) at(id).classList.toggle('chosen', id === chosen)
    for (const tab of at('switch').children) tab.setAttribute('aria-selected', String(tab.dataset.pane === chosen))
    latest?.()
  }
  at('switch').replaceChildren(
    ...all.map(([id, label, title]) =>
      el(
        'button',
        { type: 'button', role: 'tab', 'data-pane': id, 'aria-controls': id, onClick: () => choose(id) },
        label,
        el('small', {}, title),
        el('span', { class: 'unread', hidden: true }),
      ),
    ),
  )
  choose(all[0][0])
}

/** What is new in a pane that is not shown. */
function showUnread() {
  for (const [id, pane] of panes) {
    const badge = at('switch').querySelector(`[data-pane="pane-${id}"] .unread`)
    badge.hidden = pane.isShown || pane.unread === 0
    badge.textContent = String(pane.unread)
    badge.setAttribute('aria-label', `${pane.unread} new`)
  }
}
