import { checkBlocks, textLength } from '../../src/workspace/blocks/check.ts'
import { checkView } from '../../src/workspace/blocks/view.ts'

/**
 * Reads what the bot sends as Slack would, and knows nothing of how it was made: what is beyond a limit, and what Slack
 * does with a text besides showing it. Where it is not clear what Slack does, it is taken to do it.
 */

/** A message, an ephemeral answer or a modal, as it is sent. */
export interface Sent {
  readonly text?: string | undefined
  readonly blocks?: readonly unknown[] | undefined
  readonly type?: string | undefined
}

export interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn'
  readonly text: string
  readonly emoji?: boolean
  readonly verbatim?: boolean
}

/** Every text object, in order. */
export function textsIn(value: unknown): TextObject[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('text' in value && typeof value.text === 'string') return [value as TextObject]
  return Object.values(value).flatMap(textsIn)
}

/** Kinds that show text as it stands, or as text objects. Anything else would have to be read, too. */
const KNOWN = new Set([
  ...['header', 'section', 'context', 'actions', 'input', 'button', 'modal', 'home', 'plain_text', 'mrkdwn'],
  ...['static_select', 'external_select', 'plain_text_input'],
])

/** What Slack would refuse, cut or show in another way than this reader knows. */
export function complaintsAbout(sent: Sent): string[] {
  const isView = sent.type === 'modal' || sent.type === 'home'
  const { text, blocks = [] } = sent
  const checked = isView ? checkView(sent) : checkBlocks(blocks, 'message')
  const complaints = 'problems' in checked ? [...checked.problems] : []
  const texts = textsIn(blocks)
  if (!isView && (text === undefined || text === '' || text.length > 4_000)) complaints.push('the text does not fit')
  if (textLength(blocks) > 13_000) complaints.push('the blocks have too much text together')
  if (isView && JSON.stringify(sent).length > 250_000) complaints.push('the view is too large')
  if (texts.some((one) => one.type === 'plain_text' && one.emoji !== false)) complaints.push('plain text with emoji')
  if (texts.some((one) => one.type === 'mrkdwn' && one.verbatim !== true)) complaints.push('mrkdwn that makes links')
  const unknown = kindsIn(isView ? [sent] : blocks).filter((kind) => !KNOWN.has(kind))
  return [...complaints, ...unknown.map((kind) => `a ${kind} is not expected`)]
}

function kindsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(kindsIn)
  if (typeof value !== 'object' || value === null) return []
  const own = 'type' in value && typeof value.type === 'string' ? [value.type] : []
  return [...own, ...Object.values(value).flatMap(kindsIn)]
}

/** Everything that Slack does with a message or view besides showing its text, in order. */
export function actsOf(sent: Sent): string[] {
  const markup = textsIn(sent.blocks ?? []).filter(({ type }) => type === 'mrkdwn')
  const inBlocks = markup.flatMap(({ text }) => [...quotes(text), ...acts(text, { links: false })])
  if (sent.text === undefined) return inBlocks
  // Beside blocks the text is for notifications, where only references act; alone it is what is shown.
  const isAlone = (sent.blocks ?? []).length === 0
  return [
    ...(isAlone ? [...quotes(sent.text), ...acts(sent.text, { links: true })] : references(sent.text)),
    ...inBlocks,
  ]
}

/** Control characters of mrkdwn that are neither escaped nor a part of a reference. */
export function looseIn({ text = '', blocks = [] }: Sent): string[] {
  const markup = textsIn(blocks).filter(({ type }) => type === 'mrkdwn')
  return [text, ...markup.map((one) => one.text)].flatMap(
    (one) => one.replace(/<[^<>]*>|&(?:amp|lt|gt);/g, '').match(/[&<>].{0,20}/gs) ?? [],
  )
}

function references(text: string): string[] {
  return text.match(/<[^>]*>?/g) ?? []
}

const WORD = /[\p{L}\p{N}]/u
const EMOJI = /^:[\w+'-]+:/
/** Slack may also link bare domains and mail addresses in text that stands alone; that is not judged here. */
const LINK = /^https?:\/\/\S+/i
const QUOTE = /^\s*(?:>|&gt;)/

function quotes(text: string): string[] {
  return text.split('\n').flatMap((line) => (QUOTE.test(line) ? ['quote'] : []))
}

/** References, spans of code, bold, italic and strike with what acts inside them, emoji, and bare links. */
function acts(text: string, { links }: { readonly links: boolean }): string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; ) {
    const act = actAt(text, at, links)
    if (act) found.push(act.what)
    at += act?.length ?? 1
  }
  return found
}

interface Act {
  readonly what: string
  readonly length: number
}

function actAt(text: string, at: number, links: boolean): Act | undefined {
  const rest = text.slice(at)
  const before = at === 0 ? '' : (text[at - 1] ?? '')
  switch (rest[0]) {
    case '<': {
      const [what] = /^<[^>]*>?/.exec(rest) ?? ['<']
      return { what, length: what.length }
    }
    case '`':
      return codeAt(rest)
    case '*':
    case '_':
    case '~':
      return spanAt(rest, before, links)
    case ':': {
      const [name] = EMOJI.exec(rest) ?? []
      return name === undefined ? undefined : { what: 'emoji', length: name.length }
    }
    default: {
      const [link] = (links && !WORD.test(before) && LINK.exec(rest)) || []
      return link === undefined ? undefined : { what: 'link', length: link.length }
    }
  }
}

/** Only references act in code. */
function codeAt(rest: string): Act | undefined {
  const [whole, block, line] = /^(?:```([\s\S]+?)```|`([^`\n]+)`)/.exec(rest) ?? []
  if (whole === undefined) return undefined
  const inside = block ?? line ?? ''
  return { what: `${block === undefined ? 'code' : 'block'}[${references(inside).join(' ')}]`, length: whole.length }
}

/** From a mark with no word before it to the same mark with no word after it, in one line. */
function spanAt(rest: string, before: string, links: boolean): Act | undefined {
  const mark = rest[0] ?? ''
  if (WORD.test(before) || /^[\s*_~]?$/.test(rest[1] ?? '')) return undefined
  for (let end = rest.indexOf(mark, 2); end > 0; end = rest.indexOf(mark, end + 1)) {
    const inside = rest.slice(1, end)
    if (inside.includes('\n')) return undefined
    if (/\s$/.test(inside) || WORD.test(rest[end + 1] ?? '')) continue
    return { what: `${mark}[${acts(inside, { links }).join(' ')}]`, length: end + 1 }
  }
  return undefined
}
