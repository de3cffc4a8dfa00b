import { el } from './dom.js'
import { field } from './fields.js'
import { markup } from './markup.js'
import { menu } from './menu.js'

/**
 * Block Kit as nodes, as far as the bot uses it. What is not known here is shown as an error that nobody overlooks.
 *
 * @param on { world, press(element, blockId, option), search(element, blockId, query), values, errors,
 *   remember(blockId, value), held(blockId, actionId) }; `held`, the option that is chosen, may be left out
 */
export function draw(blocks, on) {
  return blocks.map((block) => drawBlock(block, on))
}

function drawBlock(block, on) {
  switch (block.type) {
    case 'header':
      return el('h3', { class: 'header' }, text(block.text, on))
    case 'section':
      return section(block, on)
    case 'context':
      return el(
        'p',
        { class: 'context' },
        block.elements.flatMap((one) => [...element(one, block, on), ' ']),
      )
    case 'divider':
      return el('hr')
    case 'actions':
      return el(
        'div',
        { class: 'actions' },
        block.elements.flatMap((one) => element(one, block, on)),
      )
    case 'input':
      return field(block, on)
    case 'rich_text':
      return el('div', { class: 'section' }, richText(block))
    default:
      return unknown('block', block.type)
  }
}

function section(block, on) {
  const fields = block.fields?.map((one) => el('div', { class: 'field' }, text(one, on)))
  return el(
    'div',
    { class: 'section' },
    el(
      'div',
      { class: 'body' },
      block.text ? el('p', {}, text(block.text, on)) : undefined,
      fields && el('div', { class: 'fields' }, fields),
    ),
    block.accessory ? element(block.accessory, block, on) : undefined,
  )
}

function text({ type, text: words }, { world }) {
  return markup(words, world, { plain: type === 'plain_text' })
}

function element(one, block, on) {
  switch (one.type) {
    case 'mrkdwn':
    case 'plain_text':
      return text(one, on)
    case 'button':
      return [button(one, block, on)]
    case 'static_select':
    case 'external_select':
      return [menu(one, block, on, one.placeholder?.text ?? 'Choose')]
    case 'overflow':
      return [menu({ ...one, placeholder: { text: 'More' } }, block, on, 'More')]
    default:
      return [unknown('element', one.type)]
  }
}

function button(one, block, on) {
  const { action_id: action, text: label, style = '', accessibility_label: spoken } = one
  const press = () => on.press(one, block.block_id)
  return el(
    'button',
    { type: 'button', class: `button ${style}`, 'aria-label': spoken, 'data-action': action, onClick: press },
    label.text,
  )
}

function richText(block) {
  return block.elements.map((part) => {
    if (part.type !== 'rich_text_section') return unknown('rich text', part.type)
    return el(
      'p',
      {},
      part.elements.map((piece) => (piece.type === 'text' ? piece.text : unknown('rich text', piece.type))),
    )
  })
}

function unknown(what, type) {
  return el('p', { class: 'unknown', role: 'alert' }, `This page cannot draw the ${what} “${type}”.`)
}
