import { z } from 'zod'
import type { Pause } from '../core/pause.ts'
import { StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { instant, parsed, readRow } from './row.ts'

const pauseSchema = z.object({
  id: z.string(),
  version: z.int().positive(),
  at: instant,
  by: z.string(),
  byName: z.string(),
  reason: z.string(),
  endedAt: instant.nullable(),
  voices: parsed.pipe(z.array(z.object({ subject: z.string(), by: z.string(), at: instant }))),
})

const LASTING = `
  SELECT id, version, at, paused_by AS "by", paused_by_name AS byName, reason, ended_at AS endedAt,
    (SELECT json_group_array(json_object('subject', subject, 'by', by, 'at', at) ORDER BY rowid)
     FROM resume_voices WHERE pause = pauses.id) AS voices
  FROM pauses WHERE ended_at IS NULL`

/** Times in which no access is given. */
export class PauseRows {
  readonly #lasting
  readonly #insert
  readonly #voice
  readonly #forget
  readonly #update
  readonly #isPaused

  constructor(db: Connection) {
    this.#lasting = db.prepare(LASTING)
    this.#isPaused = db.prepare('SELECT count(*) FROM pauses WHERE ended_at IS NULL').pluck()
    this.#insert = db.prepare(`
      INSERT INTO pauses (id, version, at, paused_by, paused_by_name, reason, ended_at)
      VALUES (@id, 1, @at, @by, @byName, @reason, NULL)`)
    this.#voice = db.prepare(`
      INSERT OR IGNORE INTO resume_voices (pause, subject, by, at) VALUES (@pause, @subject, @by, @at)`)
    this.#forget = db.prepare(`
      DELETE FROM resume_voices WHERE pause = @id AND subject NOT IN (SELECT value FROM json_each(@left))`)
    this.#update = db.prepare(`
      UPDATE pauses SET version = version + 1, ended_at = @endedAt WHERE id = @id AND version = @version`)
  }

  lasting(): Pause | undefined {
    const row = this.#lasting.get()
    return row === undefined ? undefined : readRow('pauses', pauseSchema, row)
  }

  isPaused(): boolean {
    return this.#isPaused.get() !== 0
  }

  /** Voices that are there no more count no more; the log has them. @throws {StaleState} when the version moved */
  write({ id, version, at, by, byName, reason, endedAt, voices }: Pause): void {
    if (version === 0) {
      this.#insert.run({ id, at, by, byName, reason })
      return
    }
    this.#forget.run({ id, left: JSON.stringify(voices.map(({ subject }) => subject)) })
    for (const voice of voices) this.#voice.run({ ...voice, pause: id })
    if (this.#update.run({ id, version, endedAt }).changes === 0) {
      throw new StaleState(`the pause ${id} is not at version ${version}`)
    }
  }
}
