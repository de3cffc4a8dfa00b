import type { SlackId } from '../core/ids.ts'

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const INSTANT = /\b(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)/
/** Marks that nothing escapes, and signs that look like them. */
const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ʼ', ':': '꞉', '>': '›' }
/** Marks where they can act: underscores at the ends of a word, colons of emoji and addresses, a line's first `>`. */
const MARK = /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[\w+'-]+:|\/\/)|(?<=^\s*)>/gm

/** Text for a mrkdwn element or a top-level `text`: its three control characters made harmless. */
export function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character)
}

/** The same where it stands in markup that is shown: nothing in it formats, either. */
export function unformatted(text: string): string {
  return escaped(text.replace(MARK, (mark) => LOOKALIKES[mark] ?? mark))
}

/** A name as code: nothing in it formats what stands around it. */
export function code(text: string): string {
  return `\`${escaped(text).replaceAll('`', 'ʼ')}\``
}

/** A sentence of ours as Slack shall show it: nothing in it acts, and each RFC 3339 instant is in the reader's own time zone. */
export function sentence(text: string): string {
  return withInstants(text, instantMark, unformatted)
}

/** The same for plain text, such as a field's error: in UTC. */
export function plainSentence(text: string): string {
  return withInstants(text, inUtc, (between) => between)
}

function withInstants(text: string, write: (at: number) => string, other: (text: string) => string): string {
  const parts = text.split(INSTANT).map((part, index) => (index % 2 === 0 ? other(part) : written(part, write)))
  return parts.join('')
}

function written(instant: string, write: (at: number) => string): string {
  const at = Date.parse(instant)
  return Number.isNaN(at) ? instant : write(at)
}

/** An instant in the reader's own time zone; programs that know no Slack dates show it in UTC. */
export function instantMark(at: number): string {
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${inUtc(at)}>`
}

/** `22 Nov 10:31 UTC`: the form for plain text. */
export function inUtc(at: number): string {
  const [, day, month, , time] = /^\w+, (\d+) (\w+) (\d+) (\d+:\d+)/.exec(new Date(at).toUTCString()) ?? []
  return `${Number(day)} ${month} ${time} UTC`
}

/** A member, by the id that Slack signed or our config holds; anything else is shown as it is. */
export function mention(id: SlackId): string {
  return /^[UW][A-Z0-9]+$/.test(id) ? `<@${id}>` : escaped(id)
}

/** A Slack user group. */
export function mentionGroup(id: string): string {
  return /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : escaped(id)
}
