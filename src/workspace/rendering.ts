import type { Element } from './blocks/elements.ts'
import type { Block } from './blocks/kinds.ts'
import type { RichText } from './blocks/rich-text.ts'
import type { State } from './state.ts'

/** Draws blocks as a person reads them: names for people, the label of each button in brackets. */
export function plain(blocks: readonly Block[], state: State): string {
  return blocks
    .map((block) => plainBlock(block, state))
    .filter((text) => text !== '')
    .join('\n')
}

/** Draws mrkdwn as a person reads it. */
export function plainMrkdwn(text: string, state: State): string {
  const named = text.replace(/<([^<>]+)>/g, (_whole, inner: string) => plainReference(inner, state))
  return withoutEntities(withoutMarks(named))
}

function plainBlock(block: Block, state: State): string {
  switch (block.type) {
    case 'section': {
      const texts = [block.text, ...(block.fields ?? [])].map((one) => one && plainText(one, state))
      return [...texts, block.accessory && plainElement(block.accessory)].filter(Boolean).join('\n')
    }
    case 'context':
      return block.elements.map((one) => (one.type === 'image' ? '' : plainText(one, state))).join(' ')
    case 'actions':
      return block.elements.map(plainElement).join(' ')
    case 'input':
      return [block.label.text, block.hint?.text, plainElement(block.element)].filter(Boolean).join('\n')
    case 'container': {
      const title = block.rich_text_title ? plainRichText(block.rich_text_title, state) : block.title?.text
      const subtitle = block.subtitle && plainText(block.subtitle, state)
      return [title, subtitle, plain(block.child_blocks, state)].filter(Boolean).join('\n')
    }
    case 'context_actions':
      return block.elements.map(plainElement).join(' ')
    case 'rich_text':
      return plainRichText(block, state)
    case 'image':
      return block.title?.text ?? block.alt_text
    default:
      return everyText(block, state).join('\n')
  }
}

function plainText(text: { type: string; text: string }, state: State): string {
  return text.type === 'mrkdwn' ? plainMrkdwn(text.text, state) : text.text
}

/** A button shows its label; a menu shows its options. */
function plainElement(element: Element): string {
  if ('text' in element) return `[${element.text.text}]`
  if (element.type === 'image') return element.alt_text
  if (element.type === 'feedback_buttons') {
    return `[${element.positive_button.text.text}] [${element.negative_button.text.text}]`
  }
  if ('options' in element && element.options) return `[${element.options.map((one) => one.text.text).join(' | ')}]`
  return ''
}

function plainRichText(block: RichText, state: State): string {
  return block.elements
    .flatMap((part) => (part.type === 'rich_text_list' ? part.elements.map((item) => item.elements) : [part.elements]))
    .map((pieces) => pieces.map((piece) => plainPiece(piece, state)).join(''))
    .join('\n')
}

type Piece = Extract<RichText['elements'][number], { type: 'rich_text_section' }>['elements'][number]

function plainPiece(piece: Piece, state: State): string {
  switch (piece.type) {
    case 'text':
      return piece.text
    case 'link':
      return piece.text ?? piece.url
    case 'emoji':
      return `:${piece.name}:`
    case 'user':
      return `@${state.members.get(piece.user_id)?.name ?? piece.user_id}`
    case 'usergroup':
      return `@${state.groups.get(piece.usergroup_id)?.handle ?? piece.usergroup_id}`
    case 'channel':
      return `#${state.conversations.get(piece.channel_id)?.name ?? piece.channel_id}`
    case 'broadcast':
      return `@${piece.range}`
    case 'date':
      return piece.fallback ?? new Date(piece.timestamp * 1000).toISOString()
    case 'team':
      return piece.team_id
    case 'color':
      return piece.value
  }
}

/** What stands between angle brackets: a person, a group, a channel, a date, a broadcast or an address. */
function plainReference(inner: string, state: State): string {
  const [target = '', label] = inner.split('|', 2)
  if (target.startsWith('@')) return `@${state.members.get(target.slice(1))?.name ?? label ?? target.slice(1)}`
  if (target.startsWith('#')) return `#${state.conversations.get(target.slice(1))?.name ?? label ?? target.slice(1)}`
  if (target.startsWith('!subteam^')) {
    const id = target.slice('!subteam^'.length)
    return `@${state.groups.get(id)?.handle ?? label?.replace(/^@/, '') ?? id}`
  }
  if (target.startsWith('!date^')) return label ?? ''
  if (target.startsWith('!')) return `@${target.slice(1)}`
  return label ?? target
}

/** Takes away the marks of bold, italic, strike and code where Slack takes them for marks. */
function withoutMarks(text: string): string {
  return text.replace(/(^|[\s(“"'>])([*_~`])(\S|\S.*?\S)\2(?=$|[\s.,;:!?)”"'<])/gm, '$1$3')
}

function withoutEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function everyText(value: unknown, state: State): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => everyText(one, state))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (typeof inner !== 'string') return everyText(inner, state)
    if (key !== 'text' && key !== 'title') return []
    return ['type' in value && value.type === 'mrkdwn' ? plainMrkdwn(inner, state) : inner]
  })
}
