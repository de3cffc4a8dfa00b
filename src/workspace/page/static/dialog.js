import { draw } from './blocks.js'
import { el } from './dom.js'
import { does } from './server.js'

/** What was typed and chosen in open forms, by view and block. */
const drafts = new Map()

/** A modal on top of a pane. Its node stays as long as its look does not change. */
export function modal(persona, world) {
  const view = persona.modals.at(-1)
  const { draft } = view
  const values = drafts.get(view.id) ?? {}
  drafts.set(view.id, values)
  const close = () => void does('act', { as: persona.id, verb: 'closes' })
  const submit = (event) => {
    event.preventDefault()
    const inputs = draft.blocks.filter(({ type }) => type === 'input')
    const missing = inputs.filter(({ block_id: id, optional }) => !optional && (values[id] ?? '') === '')
    if (showMissing(form, missing)) return
    const fields = new Set(inputs.map(({ block_id: id }) => id))
    const filled = Object.fromEntries(Object.entries(values).filter(([id, value]) => fields.has(id) && value !== ''))
    void does('act', { as: persona.id, verb: 'submits', values: filled })
  }
  const on = {
    world,
    values,
    errors: view.errors,
    held: (block, action) => Object.values(view.values[block]?.[action] ?? {}).find((one) => one?.text && one?.value),
    remember: (block, value) => {
      values[block] = value
    },
    press: (element, blockId, option) => press(persona, { view: view.id }, { element, blockId, option }),
    search: (element, blockId, query) => search(persona, { view: view.id }, { element, blockId, query }),
  }
  const title = `modal-${view.id}`
  const form = el(
    'form',
    {
      class: 'modal',
      onSubmit: submit,
      'data-callback': draft.callback_id,
    },
    el('h2', { id: title }, draft.title.text),
    el('div', { class: 'blocks' }, draw(draft.blocks, on)),
    el(
      'div',
      { class: 'buttons' },
      el('button', { type: 'button', class: 'button', onClick: close }, draft.close?.text ?? 'Close'),
      draft.submit && el('button', { type: 'submit', class: 'button primary' }, draft.submit.text),
    ),
  )
  form.addEventListener('keydown', (event) => event.key === 'Escape' && close())
  return el('div', { role: 'dialog', 'aria-labelledby': title, class: 'dialog' }, form)
}

/** Slack itself says which required fields are empty, and sends nothing. */
function showMissing(form, missing) {
  for (const before of form.querySelectorAll('.missing')) before.remove()
  const fields = missing.map(({ block_id: id }) => form.querySelector(`[data-block="${id}"]`))
  for (const field of fields) {
    const words = el('p', { class: 'wrong missing', role: 'alert' }, 'Please complete this required field.')
    field.closest('.input').append(words)
  }
  fields[0]?.focus()
  return fields.length > 0
}

/** Presses a button or chooses an option, after its confirmation dialogue if it has one. */
export async function press(persona, on, { element, blockId, option }) {
  const asked = {
    as: persona.id,
    verb: 'presses',
    actionId: element.action_id,
    blockId,
    on,
    ...(option === undefined ? {} : { option }),
  }
  if (!element.confirm) return does('act', asked)
  return does('act', { ...asked, confirm: await confirmed(element.confirm) })
}

export async function search(persona, on, { element, blockId, query }) {
  const { options = [] } = await does('act', {
    as: persona.id,
    verb: 'searches',
    actionId: element.action_id,
    blockId,
    on,
    query,
  })
  return options
}

function confirmed({ title, text, confirm, deny }) {
  return new Promise((resolve) => {
    const box = el('dialog', { class: 'confirm', 'aria-labelledby': 'confirm-title' })
    const answer = (yes) => () => {
      box.close()
      box.remove()
      resolve(yes)
    }
    box.append(
      el('h2', { id: 'confirm-title' }, title.text),
      el('p', {}, text.text),
      el(
        'div',
        { class: 'buttons' },
        el('button', { type: 'button', class: 'button', onClick: answer(false) }, deny.text),
        el('button', { type: 'button', class: 'button primary', onClick: answer(true) }, confirm.text),
      ),
    )
    box.addEventListener('cancel', answer(false))
    document.body.append(box)
    box.showModal()
  })
}
