import { parseHTML } from 'linkedom'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Message } from 'slack-blocks-to-jsx'
import type { Sent } from '../fuzz/reader.ts'
import { asDrawn } from '../pictures/page.ts'

/** As much of a node of the DOM as is used here. */
export interface Drawn {
  readonly nodeType: number
  readonly localName: string
  readonly textContent: string | null
  readonly childNodes: Iterable<Drawn>
  innerHTML: string
  append(...nodes: readonly (Drawn | string)[]): void
  getAttribute(name: string): string | null
  querySelectorAll(selector: string): Iterable<Drawn>
}

const { document } = parseHTML('<!doctype html><body>') as unknown as {
  document: { createElement(name: string): Drawn }
}
Object.assign(globalThis, { document })
const TEXT = 3

type Markup = (text: string, world: object) => (Drawn | string)[]
type Draw = (blocks: readonly unknown[], on: object) => Drawn[]

const inStatic = (file: string) => new URL(`../../src/workspace/page/static/${file}`, import.meta.url).href
const { draw } = (await import(inStatic('blocks.js'))) as { draw: Draw }
const { markup } = (await import(inStatic('markup.js'))) as { markup: Markup }

const NAMES = { U0ANN: 'Ann', U0LEE: 'Lee', U0KIM: 'Kim', U0SAM: 'Sam' }
const WORLD = {
  people: Object.fromEntries(Object.entries(NAMES).map(([id, realName]) => [id, { realName }])),
  channels: {},
  groups: {},
  timezone: 'UTC',
}

/** As the demo's page draws it. */
export function byOurPage({ blocks = [], text = '' }: Sent): Drawn {
  const on = { world: WORLD, values: {}, errors: {}, remember() {}, press() {}, search() {} }
  const drawn = document.createElement('div')
  drawn.append(...(blocks.length > 0 ? draw(blocks, on) : markup(text, WORLD)))
  return drawn
}

/** As `slack-blocks-to-jsx` draws it. */
export function byTheirs({ blocks = [], text = '' }: Sent): Drawn {
  const shown = blocks.length > 0 ? blocks : [{ type: 'section', text: { type: 'mrkdwn', text } }]
  const users = Object.entries(NAMES).map(([id, name]) => ({ id, name }))
  const hooks = { date: ({ timestamp }: { timestamp: string }) => new Date(Number(timestamp) * 1000).toISOString() }
  const facts = { blocks: asDrawn(disguised(shown)), logo: '', name: '', withoutWrapper: true, data: { users }, hooks }
  const drawn = document.createElement('div')
  drawn.innerHTML = renderToStaticMarkup(createElement(Message, facts))
  return drawn
}

/**
 * Carries text through theirs by stand-ins, for it differs from Slack: it takes plain text, and what is escaped, for
 * markup, and :00: for an emoji. Links it knows as they are. What stands in a text field is taken as it is by linkedom, and escaped by React.
 */
function disguised(blocks: object): object {
  return JSON.parse(JSON.stringify(blocks), (key, value) => {
    if (key === 'initial_value') return value.replaceAll(/[&<>]/g, standInFor)
    if (value?.type === 'plain_text') return { ...value, text: value.text.replaceAll(/[&<>*_~`:]/g, standInFor) }
    if (value?.type === 'mrkdwn')
      return { ...value, text: value.text.replaceAll(/<https?:[^<>]*>|&(?:lt|gt|amp);|:/g, besideLinks) }
    return value
  })
}

const ESCAPED: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }
const FIRST_STAND_IN = 0xe000

function standInFor(found: string): string {
  return String.fromCharCode(FIRST_STAND_IN + (ESCAPED[found] ?? found).charCodeAt(0))
}

function besideLinks(found: string): string {
  return found.startsWith('<') ? found : standInFor(found)
}

function undisguised(text: string): string {
  return text.replaceAll(/[\ue000-\ue07f]/g, (one) => String.fromCharCode(one.charCodeAt(0) - FIRST_STAND_IN))
}

/**
 * What one reads there, in order and without white space: where a block ends, each has white space of its own.
 * An instant is read as such, for the two have words of their own for it.
 */
export function readsAs(drawn: Drawn): string {
  const texts = [...drawn.childNodes].map((child) => {
    if (child.nodeType === TEXT) return child.textContent
    if (child.localName === 'time') return child.getAttribute('datetime')
    if (child.localName === 'input') return child.getAttribute('value') || child.getAttribute('placeholder')
    if (child.localName === 'textarea') return child.textContent || child.getAttribute('placeholder')
    return child.textContent === THEIR_HINT ? '' : readsAs(child)
  })
  return undisguised(texts.join('').replaceAll(/\s+/g, ''))
}

/** Theirs says so below each text field, and Slack does not. */
const THEIR_HINT = "↵ Please 'enter' to submit"
