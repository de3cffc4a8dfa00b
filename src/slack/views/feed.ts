import type { KnownBlock } from '@slack/types'
import type { AuditEvent, EventName } from '../../core/event.ts'
import { type Message, section, typed } from './blocks.ts'
import { FeedGroups, type FeedSize } from './feed-groups.ts'
import { type FeedLine, feedLine } from './feed-words.ts'

/** How much one message takes: below Slack's limits for an update, with room to spare. When more wait, they come in groups. */
const MOST_LINES = 40
const MOST_TEXT = 3_900
const MOST_BLOCKS = 45
const MOST_BLOCK_TEXT = 11_000
const MOST_SECTION = 2_900

/** Expected noes: they reach the channel as a number only. */
const REFUSALS: ReadonlySet<EventName> = new Set(['request.refused', 'approval.refused', 'revoke.refused'])

/** One message for the security channel. */
export interface FeedBatch {
  /** `undefined` when nothing of it is worth a message. */
  readonly message: Message | undefined
  /** The last event that it tells of. */
  readonly upTo: number
}

/**
 * Tells as many of the events as one message holds, in order. `events` is not empty. When more wait than a message has
 * lines, those of one kind that time brings are told in one group, so that what matters is not hours behind.
 */
export function feedBatch(events: readonly AuditEvent[]): FeedBatch {
  const page = new Page(events.length > MOST_LINES)
  let upTo = 0
  for (const event of events) {
    if (!page.takes(event)) break
    upTo = event.sequence
  }
  return { message: page.message(), upTo }
}

/** A message that fills up line by line. */
class Page {
  /** More wait than a message has lines. */
  readonly #ofMany: boolean
  readonly #groups = new FeedGroups()
  readonly #spoken: string[] = []
  readonly #blocks: KnownBlock[] = []
  /** Lines that wait to become one section. */
  #open: string[] = []
  #text = 0
  #blockText = 0
  #refusals = 0
  #lines = 0

  constructor(ofMany: boolean) {
    this.#ofMany = ofMany
  }

  /** Puts an event on the page; false if it does not fit. The first one always does. */
  takes(event: AuditEvent): boolean {
    if (REFUSALS.has(event.name)) {
      this.#refusals += refusedTimes(event)
      return true
    }
    const size = this.#ofMany ? this.#groups.sizeWith(event) : undefined
    return size ? this.#takesName(event, size) : this.#takesLine(event)
  }

  message(): Message | undefined {
    for (const line of this.#groups.lines()) this.#add(line, '')
    if (this.#refusals > 0) {
      const line = `${this.#refusals} refused: see the audit log`
      this.#add({ shown: line, spoken: line }, '')
    }
    this.#close()
    return this.#blocks.length === 0 ? undefined : { text: this.#spoken.join('\n'), blocks: this.#blocks }
  }

  #takesLine(event: AuditEvent): boolean {
    const line = feedLine(event, this.#ofMany)
    const words = event.text ?? ''
    const size = { shown: line.shown.length + words.length, spoken: line.spoken.length }
    if (!this.#hasRoom(size) || this.#lines >= MOST_LINES) return false
    this.#lines++
    this.#add(line, words)
    return true
  }

  #takesName(event: AuditEvent, size: FeedSize): boolean {
    if (!this.#hasRoom(size)) return false
    this.#groups.add(event)
    this.#blockText += size.shown
    this.#text += size.spoken
    return true
  }

  #hasRoom({ shown, spoken }: FeedSize): boolean {
    if (this.#lines === 0 && this.#groups.blocks === 0) return true
    return (
      this.#text + spoken <= MOST_TEXT &&
      this.#blocks.length + this.#groups.blocks + 3 <= MOST_BLOCKS &&
      this.#blockText + shown <= MOST_BLOCK_TEXT
    )
  }

  #add({ shown, spoken }: FeedLine, words: string): void {
    const open = this.#open.reduce((sum, line) => sum + line.length + 1, 0)
    if (open + shown.length > MOST_SECTION) this.#close()
    if (spoken !== '') this.#spoken.push(spoken)
    this.#open.push(shown)
    this.#text += spoken.length + 1
    this.#blockText += shown.length + words.length
    if (words === '') return
    this.#close()
    this.#blocks.push(typed(words))
  }

  #close(): void {
    if (this.#open.length > 0) this.#blocks.push(section(this.#open.join('\n')))
    this.#open = []
  }
}

/** A refusal's event stands for all of the same kind in a minute. */
function refusedTimes({ detail }: AuditEvent): number {
  return typeof detail.count === 'number' ? detail.count : 1
}
