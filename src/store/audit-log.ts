import { randomBytes } from 'node:crypto'
import { readEvent } from '../audit/read-event.ts'
import { GENESIS, type Link, type StoredEvent, seal } from '../audit/seal.ts'
import type { AuditEvent, EventDraft } from '../core/event.ts'
import type { EventFilter } from '../core/store.ts'
import type { Connection } from './connection.ts'

export const SELECT_EVENTS = 'SELECT sequence, canonical, hash, salt, text FROM audit'

const APPEND = `
  INSERT INTO audit (sequence, canonical, hash, salt, text)
  VALUES (@sequence, @canonical, @hash, @salt, @text)`

/** The chain of audit events. */
export class AuditLog {
  readonly #append
  readonly #last
  readonly #after
  readonly #ofRequest
  readonly #newest

  constructor(db: Connection) {
    this.#append = db.prepare(APPEND)
    this.#last = db.prepare('SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1')
    this.#after = db.prepare(`${SELECT_EVENTS} WHERE sequence > ? ORDER BY sequence LIMIT +?`)
    this.#ofRequest = db.prepare(`${SELECT_EVENTS} WHERE request = +? AND sequence > ? ORDER BY sequence LIMIT +?`)
    this.#newest = db.prepare('SELECT at FROM audit ORDER BY sequence DESC LIMIT 1')
  }

  /** Inside the write transaction, so that nobody appends in between. */
  append(drafts: readonly EventDraft[]): void {
    let last = (this.#last.get() as Link | undefined) ?? GENESIS
    for (const draft of drafts) {
      const salt = draft.text === undefined ? '' : randomBytes(16).toString('hex')
      const event = seal(draft, last, salt)
      this.#append.run(event)
      last = event
    }
  }

  list({ after = 0, request, limit }: EventFilter): readonly AuditEvent[] {
    const rows = request === undefined ? this.#after.all(after, limit) : this.#ofRequest.all(request, after, limit)
    return (rows as StoredEvent[]).map(readEvent)
  }

  /** Of the last event: after a confirmed jump of the clock, what was written before it may bear later instants. */
  newestInstant(): number | undefined {
    const row = this.#newest.get() as { at: string } | undefined
    return row && Date.parse(row.at)
  }
}
