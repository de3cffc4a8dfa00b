import { el, line } from './dom.js'
import { does } from './server.js'

const QUERY = 'select id, item, state from orders order by id'

/** The database, as Ann sees it from her prompt, and what it says itself. */
export class TargetPane {
  #out = el('div', { class: 'output', role: 'log', 'aria-label': 'Answers of the database', tabindex: '0' })
  #line = line({ 'aria-label': 'SQL, as Ann' })
  #truth = el('div', { class: 'truth', 'aria-live': 'polite' })
  #ends = []
  #key = ''
  node

  constructor() {
    this.#line.value = QUERY
    const form = el(
      'form',
      { class: 'composer', onSubmit: (event) => this.#run(event) },
      el('span', { class: 'prompt', 'aria-hidden': 'true' }, 'orders=>'),
      this.#line,
      el('button', { class: 'button primary', type: 'submit' }, 'Run'),
    )
    this.node = el(
      'section',
      { class: 'pane target', id: 'pane-target', 'aria-label': 'The database, as Ann' },
      el('h2', {}, 'orders-db', el('span', {}, 'PostgreSQL, as ann')),
      this.#truth,
      this.#out,
      form,
    )
    setInterval(() => this.#count(), 250)
  }

  show(truth) {
    const key = JSON.stringify(truth)
    if (key === this.#key) return
    this.#key = key
    const { roles, sessions, grants, fault } = truth
    this.#ends = []
    const grantLines = grants.map(({ id, entitlement, state, expiresAt }) => {
      const left = el('strong', { class: 'left', role: 'timer' })
      this.#ends.push({ node: left, at: Date.parse(expiresAt) })
      return [el('dt', {}, `${id} ${entitlement}`), el('dd', {}, `${state} `, left)]
    })
    const facts = [
      [el('dt', {}, 'Ann’s roles'), el('dd', {}, el('strong', {}, roles.join(', ') || 'none'))],
      [el('dt', {}, 'Her sessions'), el('dd', {}, String(sessions))],
      ...grantLines,
    ]
    this.#truth.replaceChildren(
      el('dl', {}, facts.flat()),
      ...(fault === 'none' ? [] : [el('p', { class: 'wrong' }, `The road to this database is ${fault}.`)]),
    )
    this.#count()
  }

  #count() {
    for (const { node, at } of this.#ends) {
      const left = Math.ceil((at - Date.now()) / 1000)
      node.textContent = left > 0 ? `${left} s left` : 'time is up'
    }
  }

  async #run(event) {
    event.preventDefault()
    const sql = this.#line.value.trim()
    if (sql === '') return
    const answer = await does('query', { sql })
    this.#out.append(el('p', { class: 'typed' }, `orders=> ${sql}`), this.#answer(answer))
    this.#out.scrollTop = this.#out.scrollHeight
  }

  #answer({ kind, message, columns, rows, error }) {
    if (kind !== 'rows') return el('p', { class: 'wrong', 'data-kind': kind }, `ERROR: ${message ?? error}`)
    return el(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${rows.length} rows` },
      el(
        'table',
        { 'data-kind': 'rows' },
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            columns.map((name) => el('th', { scope: 'col' }, name)),
          ),
        ),
        el(
          'tbody',
          {},
          rows.map((row) =>
            el(
              'tr',
              {},
              row.map((cell) => el('td', {}, cell)),
            ),
          ),
        ),
      ),
      el('p', {}, `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`),
    )
  }
}
