import type { AuditEvent, EventName } from '../../core/event.ts'
import { type FeedLine, feedAbout, feedTitle } from './feed-words.ts'

/** What time brings to many at once, and what then says the same of each. */
const ALIKE: ReadonlySet<EventName> = new Set([
  'grant.revoke-begun',
  'grant.revoked',
  'request.lapsed',
  'request.terms-changed',
])
/** A list of names is cut into lines of so many characters, so that each fits into one section. */
const MOST_LINE = 2_500

/** Longer details are told with their own event. */
const MOST_TITLE = 300
/** Room for numbers, times and count. */
const OPENING = 80

/** Characters that an event takes: in blocks, and in the message's `text`. */
export interface FeedSize {
  readonly shown: number
  readonly spoken: number
}

interface Group {
  readonly first: AuditEvent
  last: AuditEvent
  readonly names: string[]
}

/** Events that are told together: what happened once, and to whom or what each time. */
export class FeedGroups {
  readonly #groups = new Map<string, Group>()

  /** What one more event takes; `undefined`: it is told by itself. */
  sizeWith(event: AuditEvent): FeedSize | undefined {
    if (!isAlike(event)) return undefined
    const title = feedTitle(event)
    if (title.length > MOST_TITLE) return undefined
    const spoken = this.#groups.has(title) ? 0 : title.length + OPENING
    return { shown: spoken + nameOf(event).length + 2, spoken }
  }

  add(event: AuditEvent): void {
    const title = feedTitle(event)
    const group = this.#groups.get(title) ?? { first: event, last: event, names: [] }
    group.last = event
    group.names.push(nameOf(event))
    this.#groups.set(title, group)
  }

  /** Blocks that they take at most: one for each group, and some for the lists that are cut. */
  get blocks(): number {
    return this.#groups.size === 0 ? 0 : this.#groups.size + 5
  }

  lines(): readonly FeedLine[] {
    return [...this.#groups].flatMap(([title, group]) => linesOf(title, group))
  }
}

function isAlike({ name, actor, text }: AuditEvent): boolean {
  return ALIKE.has(name) && actor === 'system' && text === null
}

/** Where access ended, whose it was: that it is being taken away was said of the same grant. */
function nameOf(event: AuditEvent): string {
  return feedAbout(event, event.name === 'grant.revoke-begun' ? 'id' : 'id and subject')
}

function linesOf(title: string, { first, last, names }: Group): readonly FeedLine[] {
  const one = names.length === 1
  const numbers = one ? `#${first.sequence}` : `#${first.sequence}–#${last.sequence}`
  const times = one ? utcOf(first) : `${utcOf(first)}–${utcOf(last)}`
  const spoken = `${numbers} ${times} UTC ${title} · ${names.length} ${one ? 'time' : 'times'}`
  const [opening = '', ...more] = cut(names)
  return [{ shown: `${spoken}: ${opening}`, spoken }, ...more.map((shown) => ({ shown, spoken: '' }))]
}

function utcOf({ at }: AuditEvent): string {
  return new Date(at).toISOString().slice(11, 19)
}

function cut(names: readonly string[]): string[] {
  const lines: string[] = []
  for (const name of names) {
    const line = lines.at(-1)
    if (line === undefined || line.length + name.length > MOST_LINE) lines.push(name)
    else lines[lines.length - 1] = `${line}, ${name}`
  }
  return lines
}
