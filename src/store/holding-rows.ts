import { z } from 'zod'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import type { Holding } from '../core/holding.ts'
import { StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { instant, json, readRow } from './row.ts'

const holdingSchema = z.object({
  id: z.string(),
  version: z.int().positive(),
  target: z.string(),
  account: z.string(),
  access: json,
  openedAt: instant,
  preexisting: z
    .literal([0, 1])
    .transform((flag) => flag === 1)
    .nullable(),
  callEndsAt: instant.nullable(),
  settlesAt: instant.nullable(),
  closedAt: instant.nullable(),
})

const SELECT = `
  SELECT id, version, target, account, access, opened_at AS openedAt, preexisting, call_ends_at AS callEndsAt,
    settles_at AS settlesAt, closed_at AS closedAt
  FROM holdings`

const INSERT = `
  INSERT INTO holdings (id, version, target, account, access, opened_at, preexisting, call_ends_at, settles_at, closed_at)
  VALUES (@id, 1, @target, @account, @access, @openedAt, @preexisting, @callEndsAt, @settlesAt, @closedAt)`

/** Leaves out `closed_at`, which stays NULL: naming it would write the index of open holdings anew for nothing. */
const UPDATE = `
  UPDATE holdings SET version = version + 1, preexisting = @preexisting, call_ends_at = @callEndsAt,
    settles_at = @settlesAt
  WHERE id = @id AND version = @version`

const CLOSE = `
  UPDATE holdings SET version = version + 1, preexisting = @preexisting, call_ends_at = @callEndsAt,
    settles_at = @settlesAt, closed_at = @closedAt
  WHERE id = @id AND version = @version`

export class HoldingRows {
  readonly #insert
  readonly #update
  readonly #close
  readonly #byId
  readonly #open

  constructor(db: Connection) {
    this.#insert = db.prepare(INSERT)
    this.#update = db.prepare(UPDATE)
    this.#close = db.prepare(CLOSE)
    this.#byId = db.prepare(`${SELECT} WHERE id = ?`)
    this.#open = db.prepare(`${SELECT} WHERE target = ? AND account = ? AND access = ? AND closed_at IS NULL`)
  }

  byId(id: string): Holding | undefined {
    return one(this.#byId.get(id))
  }

  open(target: string, account: string, access: Json): Holding | undefined {
    return one(this.#open.get(target, account, canonicalJson(access)))
  }

  /** @throws {StaleState} when the version moved */
  write(holding: Holding): void {
    const update = holding.closedAt === null ? this.#update : this.#close
    const { changes } = (holding.version === 0 ? this.#insert : update).run(columnsOf(holding))
    if (changes === 0) throw new StaleState(`holding ${holding.id} is not at version ${holding.version}`)
  }
}

function one(row: unknown): Holding | undefined {
  return row === undefined ? undefined : readRow('holdings', holdingSchema, row)
}

/** SQLite has no booleans, and the driver refuses them. */
function columnsOf(holding: Holding) {
  const preexisting = holding.preexisting === null ? null : Number(holding.preexisting)
  return { ...holding, preexisting, access: canonicalJson(holding.access) }
}
