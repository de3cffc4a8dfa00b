import { z } from 'zod'
import type { Thaw } from '../core/change.ts'
import type { Freeze, Pin } from '../core/freeze.ts'
import type { SlackId, Subject } from '../core/ids.ts'
import type { Roster } from '../core/roster.ts'
import { StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { instant, parsed, readRow, requestId } from './row.ts'

const freezeSchema = z.object({
  key: z.string(),
  at: instant,
  by: z.string(),
  why: z.enum(['looks-wrong', 'subject-changed', 'disowned']),
  request: requestId.nullable(),
})

const rosterSchema = z.object({ group: z.string(), members: parsed.pipe(z.array(z.string())), at: instant })

const LASTING = `
  SELECT id, key, at, frozen_by AS "by", why, request FROM freezes WHERE thawed_at IS NULL`

/** Whoever waits for something or holds something; each half walks an index of what is alive. */
const REQUESTERS = `
  SELECT requester FROM requests WHERE state = 'pending'
  UNION SELECT requester FROM grants WHERE state IN ('granting', 'active') ORDER BY requester`

/** The same of one person, who changed: thousands may hold something. */
export const HAS_ANYTHING = `
  SELECT EXISTS (SELECT 1 FROM requests WHERE requester = @id AND state = 'pending')
    OR EXISTS (SELECT 1 FROM grants WHERE requester = @id AND state IN ('granting', 'active'))`

/** What is remembered of people: who they were at first, who is frozen, and who was in which group. */
export class PeopleRows {
  readonly #pinOf
  readonly #pin
  readonly #repin
  readonly #allFrozen
  readonly #frozen
  readonly #freeze
  readonly #thaw
  readonly #roster
  readonly #keepRoster
  readonly #pinnedAs
  readonly #requesters
  readonly #hasAnything

  constructor(db: Connection) {
    this.#pinOf = db.prepare('SELECT subject FROM pins WHERE id = ?').pluck()
    this.#pin = db.prepare('INSERT OR IGNORE INTO pins (id, subject, pinned_at) VALUES (@id, @subject, @at)')
    this.#pinnedAs = db.prepare('SELECT id FROM pins WHERE subject = ? ORDER BY id').pluck()
    this.#requesters = db.prepare(REQUESTERS).pluck()
    this.#hasAnything = db.prepare(HAS_ANYTHING).pluck()
    this.#repin = db.prepare(`
      INSERT INTO pins (id, subject, pinned_at) VALUES (@id, @subject, @at)
      ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, pinned_at = excluded.pinned_at`)
    this.#allFrozen = db.prepare(`${LASTING} ORDER BY at, id`)
    this.#frozen = db.prepare(`${LASTING} AND key IN (SELECT value FROM json_each(?)) ORDER BY at, id`)
    this.#freeze = db.prepare(`
      INSERT INTO freezes (key, at, frozen_by, why, request) VALUES (@key, @at, @by, @why, @request)`)
    this.#thaw = db.prepare(`
      UPDATE freezes SET thawed_at = @at, thawed_by = @by
      WHERE key = @key AND thawed_at IS NULL AND at <= @newestAt`)
    this.#roster = db.prepare('SELECT name AS id, name AS "group", members, at FROM rosters WHERE name = ?')
    this.#keepRoster = db.prepare(`
      INSERT INTO rosters (name, members, at) VALUES (@group, @members, @at)
      ON CONFLICT (name) DO UPDATE SET members = excluded.members, at = excluded.at`)
  }

  pinnedAs(subject: Subject): readonly SlackId[] {
    return this.#pinnedAs.all(subject) as SlackId[]
  }

  requesters(): readonly SlackId[] {
    return this.#requesters.all() as SlackId[]
  }

  hasAnything(id: SlackId): boolean {
    return this.#hasAnything.get({ id }) === 1
  }

  pinOf(id: SlackId): Subject | undefined {
    return this.#pinOf.get(id) as Subject | undefined
  }

  /** @throws {StaleState} when the member was seen with another subject */
  pin(pin: Pin): void {
    this.#pin.run({ ...pin })
    if (this.pinOf(pin.id) !== pin.subject) throw new StaleState(`${pin.id} was seen with another subject`)
  }

  repin(pin: Pin): void {
    this.#repin.run({ ...pin })
  }

  /** The oldest first; of everybody without `keys`. */
  freezes(keys?: readonly string[]): readonly Freeze[] {
    const rows = keys ? this.#frozen.all(JSON.stringify(keys)) : this.#allFrozen.all()
    return rows.map((row) => readRow('freezes', freezeSchema, row))
  }

  freeze(freeze: Freeze): void {
    this.#freeze.run({ ...freeze })
  }

  /** @throws {StaleState} when somebody else was faster: there are others than those that were seen */
  thaw(thaw: Thaw): void {
    const lifted = this.#thaw.run({ ...thaw }).changes
    if (lifted !== thaw.count || this.freezes([thaw.key]).length > 0) {
      throw new StaleState(`${thaw.key} has other freezes than those that were seen`)
    }
  }

  roster(group: string): Roster | undefined {
    const row = this.#roster.get(group)
    return row === undefined ? undefined : readRow('rosters', rosterSchema, row)
  }

  keepRoster({ group, members, at }: Roster): void {
    this.#keepRoster.run({ group, members: JSON.stringify(members), at })
  }
}
