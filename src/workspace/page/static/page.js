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

watch((state) => {
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
  at('steps').replaceChildren(el('ol', {}, items))
}

/** On a narrow screen one pane is shown, and these choose which. */
function showSwitch(personas) {
  const all = [...personas.map(({ id, realName }) => [`pane-${id}`, realName]), ['pane-target', 'orders-db']]
  const choose = (chosen) => {
    for (const [id] of all) at(id).classList.toggle('chosen', id === chosen)
    for (const tab of at('switch').children) tab.setAttribute('aria-selected', String(tab.dataset.pane === chosen))
  }
  at('switch').replaceChildren(
    ...all.map(([id, label]) =>
      el(
        'button',
        { type: 'button', role: 'tab', 'data-pane': id, 'aria-controls': id, onClick: () => choose(id) },
        label,
      ),
    ),
  )
  choose(all[0][0])
}
