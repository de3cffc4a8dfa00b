import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { type Block, Message } from 'slack-blocks-to-jsx'
import type { SeenModal } from '../../src/workspace/modal.ts'
import type { Sight } from './night.ts'

export type Theme = 'light' | 'dark'

const LOGO = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="7" fill="#8b0000"/><g fill="none" stroke="#fff" stroke-width="3"><circle cx="13" cy="18" r="5"/><path d="M18 18h11v5m-5-5v4"/></g></svg>',
)}`
const NAMES = ['ann', 'lee', 'kim', 'sam']
const stylesheet = createRequire(import.meta.url).resolve('slack-blocks-to-jsx/dist/style.css')

const STYLE = `
  body { margin: 0; padding: 16px; font: 15px/1.46 'DejaVu Sans', sans-serif; background: #fff; color: #1d1c1d }
  main { display: grid; gap: 16px; grid-template-columns: repeat(2, minmax(0, 1fr)) }
  figure { margin: 0; padding: 12px; border: 1px solid #bbb; border-radius: 10px; overflow: hidden }
  figure:last-child { grid-column: 1 / -1 }
  figcaption { font-size: 13px; font-weight: bold; margin-bottom: 10px; color: #8b0000 }
  .modal > p { display: flex; gap: 8px; margin: 12px 0 0; justify-content: end }
  .modal > h2 { font-size: 18px; margin: 0 0 8px }
  .modal > p span { border: 1px solid #999; border-radius: 4px; padding: 4px 12px; font-size: 14px; font-weight: bold }
  .modal > p span:last-child { background: #007a5a; border-color: #007a5a; color: #fff }
  .dark { background: #1a1d21; color: #d1d2d3 }
  .dark figure { border-color: #555 }
  .dark figcaption { color: #ff9b9b }
  section > div { min-width: 0 }
  .slack_blocks_to_jsx__input .text-small > p { display: none }
  .slack_blocks_to_jsx__input [tabindex='0'] { width: auto !important }
  .slack_blocks_to_jsx__input .pointer-events-none { color: inherit !important }
  .more { margin-left: 44px }
  a { color: inherit !important; text-decoration: none }
  @media (max-width: 600px) {
    main { grid-template-columns: minmax(0, 1fr) }
    figure:nth-child(4), figure:nth-child(5) { display: none } /* what the other one sees, too */
  }`

/** A page of what people saw, as Slack would show it. */
export function pageOf(sights: readonly Sight[], theme: Theme): string {
  const figures = sights.map((sight) => figure(sight, theme)).join('')
  const style = readFileSync(stylesheet, 'utf8') + STYLE
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><body class="${theme}"><main>${figures}</main>`
}

function figure({ who, at, shown }: Sight, theme: Theme): string {
  const inside = shown.map((one, index) => {
    if ('view' in one) return modal(one, theme)
    const follows = index > 0 // Slack shows the sender once
    return follows
      ? `<div class="more">${drawn(one.blocks, theme)}</div>`
      : drawn(one.blocks, theme, Number(one.ts) * 1000)
  })
  return `<figure><figcaption>${clock(at)} · ${who}</figcaption>${inside.join('')}</figure>`
}

function modal({ title, view }: SeenModal, theme: Theme): string {
  const fields = drawn(view.draft.blocks, theme)
  return `<div class="modal"><h2>${title}</h2>${fields}<p><span>Cancel</span><span>Ask</span></p></div>`
}

/** Blocks as Slack shows them: with sender and time, if they are a message posted at `at`. */
function drawn(blocks: object, theme: Theme, at?: number): string {
  const facts = { blocks: asDrawn(blocks), theme, logo: LOGO, name: 'breakglass', withoutWrapper: at === undefined }
  const users = NAMES.map((name) => ({ id: `U0${name.toUpperCase()}`, name }))
  const hooks = { date: ({ timestamp }: { timestamp: string }) => `today ${clock(Number(timestamp) * 1000)}` }
  const time = at === undefined ? {} : { time: new Date(at) }
  return renderToStaticMarkup(createElement(Message, { ...facts, ...time, data: { users }, hooks }))
}

/** Where the library differs from Slack: it shows `verbatim` markup raw, and no menu's choice. */
export function asDrawn(blocks: object): Block[] {
  return JSON.parse(JSON.stringify(blocks), (key, value) => {
    if (key === 'verbatim') return undefined
    return value?.initial_option ? { ...value, placeholder: value.initial_option.text } : value
  })
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16)
}
