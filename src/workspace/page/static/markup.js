import { el } from './dom.js'

/** Where a reference or code stood in a text, while its styles are read: one of Unicode's private characters. */
const FIRST_ATOM = 0xe000

/** Slack's markup as nodes. Nothing is ever taken for HTML. */
export function markup(text, world, { plain = false } = {}) {
  if (plain) return broken([text])
  const atoms = []
  const kept = text.replace(/[\uE000-\uF8FF]/g, '\uFFFD').replace(/<[^<>]+>|```[\s\S]+?```|`[^`\n]+`/g, (found) => {
    atoms.push(atom(found, world))
    return String.fromCharCode(FIRST_ATOM + atoms.length - 1)
  })
  return styled(kept, atoms)
}

function atom(found, world) {
  if (found.startsWith('<')) return reference(found.slice(1, -1), world)
  return found.startsWith('```')
    ? el('pre', {}, entities(found.slice(3, -3)))
    : el('code', {}, entities(found.slice(1, -1)))
}

const STYLES = { '*': 'strong', _: 'em', '~': 's' }

function styled(text, atoms) {
  const found = /(^|[\s(“"'>])([*_~])(\S|\S.*?\S)\2(?=$|[\s.,;:!?)”"'<])/m.exec(text)
  if (!found) return withAtoms(text, atoms)
  const [whole, before, mark, inside] = found
  return [
    ...withAtoms(text.slice(0, found.index) + before, atoms),
    el(STYLES[mark], {}, styled(inside, atoms)),
    ...styled(text.slice(found.index + whole.length), atoms),
  ]
}

function withAtoms(text, atoms) {
  const pieces = text.split(/([\uE000-\uF8FF])/).map((piece) => {
    const index = piece.charCodeAt(0) - FIRST_ATOM
    return piece.length === 1 && index >= 0 && index < atoms.length ? atoms[index] : entities(piece)
  })
  return broken(pieces)
}

/** Line ends as line breaks. */
function broken(pieces) {
  return pieces.flatMap((piece) => {
    if (typeof piece !== 'string') return [piece]
    return piece.split('\n').flatMap((line, index) => (index === 0 ? [line] : [el('br'), line]))
  })
}

function entities(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function reference(inner, { people, channels, groups, me, timezone }) {
  const [target, label] = inner.split('|', 2)
  if (target.startsWith('@')) {
    const id = target.slice(1)
    return el('span', { class: id === me ? 'mention me' : 'mention' }, `@${people[id]?.realName ?? label ?? id}`)
  }
  if (target.startsWith('#'))
    return el('span', { class: 'mention' }, `#${channels[target.slice(1)] ?? label ?? target.slice(1)}`)
  if (target.startsWith('!subteam^')) return el('span', { class: 'mention' }, `@${groups[target.slice(9)] ?? label}`)
  if (target.startsWith('!date^')) return date(target, label, timezone)
  if (target.startsWith('!')) return el('span', { class: 'mention me' }, `@${target.slice(1)}`)
  return el('span', { class: 'link' }, entities(label ?? target)) // nothing here leads away
}

/** `<!date^1700000000^{date_short_pretty} {time_secs}|fallback>` in the zone of whoever reads it. */
function date(target, fallback, timeZone) {
  const [, seconds, format = ''] = target.split('^')
  const at = new Date(Number(seconds) * 1000)
  if (Number.isNaN(at.getTime())) return fallback ?? ''
  const day = (options) => new Intl.DateTimeFormat('en', { timeZone, ...options }).format(at)
  const isToday =
    day({ dateStyle: 'short' }) === new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short' }).format(new Date())
  const short = isToday ? 'today' : day({ month: 'short', day: 'numeric' })
  const shown = format
    .replace(/\{date_(short|long)_pretty\}|\{date_pretty\}/g, short)
    .replace(/\{date(_num|_short|_long)?\}/g, day({ dateStyle: 'medium' }))
    .replace(/\{time_secs\}/g, day({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }))
    .replace(/\{time\}/g, day({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }))
  return el('time', { datetime: at.toISOString() }, shown)
}
