import { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { Change } from '../core/change.ts'
import { type InboxRow, StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { instant, json, readRow } from './row.ts'

const inboxSchema = z.object({
  id: z.string(),
  kind: z.enum(['command', 'press', 'submission']),
  receivedAt: instant,
  body: json,
  doneAt: instant.nullable(),
  answer: z.string().nullable(),
})

const SELECT = 'SELECT id, kind, received_at AS receivedAt, body, done_at AS doneAt, answer FROM inbox'

const INSERT = `
  INSERT INTO inbox (id, kind, received_at, body, done_at, answer)
  VALUES (@id, @kind, @receivedAt, @body, @doneAt, @answer)
  ON CONFLICT (id) DO NOTHING`

const ANSWER = 'UPDATE inbox SET done_at = @at, answer = @sentence WHERE id = @inbox AND done_at IS NULL'

/** What Slack sent. */
export class Inbox {
  readonly #insert
  readonly #byId
  readonly #answer
  readonly #unanswered
  readonly #forget

  constructor(db: Connection) {
    this.#insert = db.prepare(INSERT)
    this.#byId = db.prepare(`${SELECT} WHERE id = ?`)
    this.#answer = db.prepare(ANSWER)
    this.#unanswered = db.prepare(`${SELECT} WHERE done_at IS NULL ORDER BY received_at, rowid`)
    this.#forget = db.prepare('DELETE FROM inbox WHERE received_at < ? AND done_at IS NOT NULL')
  }

  receive(row: InboxRow): { readonly fresh: boolean; readonly row: InboxRow } {
    const { changes } = this.#insert.run({ ...row, body: canonicalJson(row.body) })
    return { fresh: changes > 0, row: changes > 0 ? row : (this.byId(row.id) ?? row) }
  }

  byId(id: string): InboxRow | undefined {
    const row = this.#byId.get(id)
    return row === undefined ? undefined : read(row)
  }

  /** @throws {StaleState} when it was answered already, or was never received */
  answer(answers: NonNullable<Change['answers']>): void {
    const { changes } = this.#answer.run(answers)
    if (changes === 0) throw new StaleState(`inbox row ${answers.inbox} is answered already, or gone`)
  }

  unanswered(): readonly InboxRow[] {
    return this.#unanswered.all().map(read)
  }

  forget(before: number): void {
    this.#forget.run(before)
  }
}

function read(row: unknown): InboxRow {
  return readRow('inbox', inboxSchema, row)
}
