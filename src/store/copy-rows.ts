import { z } from 'zod'
import { AUDIENCES, type Copy } from '../core/copy.ts'
import type { RequestId } from '../core/ids.ts'
import { StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { readRow, requestId } from './row.ts'

const copySchema = z.object({
  id: z.string(),
  version: z.int().positive(),
  request: requestId,
  audience: z.enum(AUDIENCES),
  destination: z.string(),
  channel: z.string().nullable(),
  ts: z.string().nullable(),
  thread: z.string().nullable(),
  stepMs: z.int(),
  failed: z.string().nullable(),
})

const SELECT = `
  SELECT id, version, request, audience, destination, channel, ts, thread, step_ms AS stepMs, failed FROM copies`

const INSERT = `
  INSERT INTO copies (id, version, request, audience, destination, channel, ts, thread, step_ms, failed)
  VALUES (@id, 1, @request, @audience, @destination, @channel, @ts, @thread, @stepMs, @failed)`

const UPDATE = `
  UPDATE copies SET version = version + 1, channel = @channel, ts = @ts, failed = @failed
  WHERE id = @id AND version = @version`

export class CopyRows {
  readonly #insert
  readonly #update
  readonly #byId
  readonly #ofRequest
  readonly #showing

  constructor(db: Connection) {
    this.#insert = db.prepare(INSERT)
    this.#update = db.prepare(UPDATE)
    this.#byId = db.prepare(`${SELECT} WHERE id = ?`)
    this.#ofRequest = db.prepare(`${SELECT} WHERE request = +? ORDER BY rowid`)
    this.#showing = db.prepare(`${SELECT}
      WHERE audience <> 'receipt' AND (request = +@request
        OR request IN (SELECT id FROM requests WHERE extends = 'G-' || substr(@request, 3) AND state = 'pending'))
      ORDER BY rowid`)
  }

  byId(id: string): Copy | undefined {
    const row = this.#byId.get(id)
    return row === undefined ? undefined : read(row)
  }

  /** In the order in which they were made. */
  ofRequest(request: RequestId): readonly Copy[] {
    return this.#ofRequest.all(request).map(read)
  }

  /**
   * Those that show how it stands: its own, and those of a waiting request for more time with its grant. A receipt shows
   * what was approved, which never changes.
   */
  showing(request: RequestId): readonly Copy[] {
    return this.#showing.all({ request }).map(read)
  }

  /** @throws {StaleState} when the version moved */
  write(copy: Copy): void {
    const { changes } = copy.version === 0 ? this.#insert.run({ ...copy }) : this.#update.run({ ...copy })
    if (changes === 0) throw new StaleState(`copy ${copy.id} is not at version ${copy.version}`)
  }
}

function read(row: unknown): Copy {
  return readRow('copies', copySchema, row)
}
