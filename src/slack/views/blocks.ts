import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  PlainTextElement,
  SectionBlock,
} from '@slack/types'

/** What is posted: `text` is complete by itself, for notifications and screen readers. */
export interface Message {
  readonly text: string
  readonly blocks: KnownBlock[]
}

/** `chat.update` refuses a longer text, so no message is ever posted with one. */
const MOST_TEXT = 4_000

/**
 * A message whose `text` begins with the essentials. Details (escaped) follow, each whole or not at all: the blocks
 * show all of them in any case.
 */
export function message(essentials: string, details: readonly string[], blocks: KnownBlock[]): Message {
  const text = details.reduce(
    (sum, piece) => (sum.length + 1 + piece.length > MOST_TEXT ? sum : `${sum}\n${piece}`),
    essentials,
  )
  return { text, blocks }
}

/** Text that is never interpreted. */
export function plainText(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false }
}

/** At most 150 characters, never typed by a person. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: plainText(text) }
}

/** Markup of ours; everything in it is escaped already. */
export function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

/** Label and value, side by side where there is room. */
export function facts(pairs: readonly (readonly [label: string, value: string])[]): SectionBlock {
  const fields = pairs.map(([label, value]) => {
    return { type: 'mrkdwn' as const, text: `*${label}*\n${value}`, verbatim: true }
  })
  return { type: 'section', fields }
}

/** Text that a person typed: never interpreted. */
export function typed(text: string): SectionBlock {
  return { type: 'section', text: plainText(text) }
}

/** A small line. */
export function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }
}

export function actions(...elements: Button[]): ActionsBlock {
  return { type: 'actions', elements }
}

export interface ButtonFacts {
  readonly action: string
  readonly label: string
  readonly value: string
  readonly style?: 'primary' | 'danger'
  /** What a screen reader says: at most 75 characters, beginning with the label, which people who speak to it say. */
  readonly spoken: string
  /** Asked before it counts: at most 100 characters of title, 300 of text, 30 on each button. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string }
}

export function button({ action, label, value, style, spoken, confirm }: ButtonFacts): Button {
  return {
    type: 'button',
    action_id: action,
    text: plainText(label),
    value,
    accessibility_label: spoken,
    ...(style ? { style } : {}),
    ...(confirm ? { confirm: dialog(confirm) } : {}),
  }
}

function dialog({ title, text, yes, no }: NonNullable<ButtonFacts['confirm']>): ConfirmationDialog {
  return {
    title: plainText(title),
    text: plainText(text),
    confirm: plainText(yes),
    deny: plainText(no),
    style: 'danger',
  }
}

/** Shortens text of the config (never what a person typed) so that a slip there cannot keep a card from being posted. */
export function clip(text: string, most: number): string {
  const points = [...text]
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`
}
