import type { KnownBlock } from '@slack/types'
import type { AuditEvent, EventName } from '../../core/event.ts'
import { type Message, section, typed } from './blocks.ts'
import { type FeedLine, feedLine } from './feed-words.ts'

/** How much one message takes: below Slack's limits for an update, with room to spare. */
const MOST_EVENTS = 40
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

/** Tells as many of the events as one message holds, in order. `events` is not empty. */
export function feedBatch(events: readonly AuditEvent[]): FeedBatch {
  const page = new Page()
  let upTo = 0
  for (const event of events) {
    if (!page.takes(event)) break
    upTo = event.sequence
  }
  return { message: page.message(), upTo }
}

/** A message that fills up line by line. */
class Page {
  readonly #spoken: string[] = []
  readonly #blocks: KnownBlock[] = []
  /** Lines that wait to become one section. */
  #open: string[] = []
  #text = 0
  #blockText = 0
  #refusals = 0
  #count = 0

  /** Puts an event on the page; false if it does not fit. The first one always does. */
  takes(event: AuditEvent): boolean {
    if (REFUSALS.has(event.name)) {
      this.#refusals += refusedTimes(event)
      return true
    }
    const line = feedLine(event)
    const words = event.text ?? ''
    if (this.#count > 0 && !this.#hasRoom(line, words)) return false
    this.#count++
    this.#add(line, words)
    return true
  }

  message(): Message | undefined {
    if (this.#refusals > 0) {
      const line = `${this.#refusals} refused: see the audit log`
      this.#add({ shown: line, spoken: line }, '')
    }
    this.#close()
    return this.#blocks.length === 0 ? undefined : { text: this.#spoken.join('\n'), blocks: this.#blocks }
  }

  #hasRoom({ shown, spoken }: FeedLine, words: string): boolean {
    return (
      this.#count < MOST_EVENTS &&
      this.#text + spoken.length <= MOST_TEXT &&
      this.#blocks.length + 3 <= MOST_BLOCKS &&
      this.#blockText + shown.length + words.length <= MOST_BLOCK_TEXT
    )
  }

  #add({ shown, spoken }: FeedLine, words: string): void {
    const open = this.#open.reduce((sum, line) => sum + line.length + 1, 0)
    if (open + shown.length > MOST_SECTION) this.#close()
    this.#spoken.push(spoken)
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
