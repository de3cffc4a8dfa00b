import Database from 'better-sqlite3'
import { StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'

/** How many writes share one transaction at most, so that none blocks the process for long. */
const MOST = 256
/** How many turns of the event loop a transaction waits at most, while each brings more to write. */
const MOST_TURNS = 4

/** One piece of work; `run` does it, perhaps twice, and returns what tells its caller, to be called once it is durable. */
interface Job {
  run(): () => void
  fail(error: unknown): void
}

/**
 * Group commit: the writes that wait at the end of a turn of the event loop share one transaction, and so one fsync. If one
 * is bad, all are undone and done again, each with a savepoint of its own, so that it fails alone. A promise settles only
 * after COMMIT.
 */
export class Writer {
  readonly #db
  readonly #begin
  readonly #commit
  readonly #rollback
  readonly #savepoint
  readonly #release
  readonly #undo
  readonly #onWritten
  #waiting: Job[] = []
  #closed = false

  /** @param onWritten told of each transaction, and how many writes it held */
  constructor(db: Connection, onWritten: (writes: number) => void = () => {}) {
    this.#db = db
    this.#onWritten = onWritten
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#rollback = db.prepare('ROLLBACK')
    this.#savepoint = db.prepare('SAVEPOINT job')
    this.#release = db.prepare('RELEASE job')
    this.#undo = db.prepare('ROLLBACK TO job')
  }

  /**
   * @param work may run twice, when another in its transaction is bad: it changes nothing but the database, and decides on
   *   what it reads there
   * @throws {StaleState} also when a unique row exists already
   */
  run<Value>(work: () => Value): Promise<Value> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'))
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#gather()
      this.#waiting.push({
        run: () => {
          const value = work()
          return () => resolve(value)
        },
        fail: (error) => reject(staleIfTaken(error)),
      })
    })
  }

  /** Writes what still waits. */
  close(): void {
    this.#closed = true
    while (this.#waiting.length > 0) this.#turn()
  }

  /** Lets more come in while it does: writes that share a transaction share the pages that they touch. */
  #gather(turns = 1, before = 1): void {
    setImmediate(() => {
      const waiting = this.#waiting.length
      if (waiting > before && waiting < MOST && turns < MOST_TURNS) this.#gather(turns + 1, waiting)
      else this.#turn()
    })
  }

  #turn(): void {
    const batch = this.#waiting.splice(0, MOST)
    if (this.#waiting.length > 0) setImmediate(() => this.#turn())
    if (batch.length > 0) this.#write(batch)
  }

  #write(batch: readonly Job[]): void {
    try {
      const told = this.#together(batch) ?? this.#eachAlone(batch)
      this.#commit.run()
      for (const tell of told) tell()
      this.#onWritten(batch.length)
    } catch (error) {
      this.#giveUp()
      for (const job of batch) job.fail(error)
    }
  }

  /**
   * Savepoints make SQLite copy each page before it changes, and nearly all writes are good: so they are first tried
   * without. `undefined` when one of them is bad.
   *
   * @throws when the transaction cannot begin, or SQLite gave it up
   */
  #together(batch: readonly Job[]): readonly (() => void)[] | undefined {
    this.#start()
    try {
      return batch.map((job) => job.run())
    } catch (error) {
      if (!this.#db.inTransaction) throw error
      return undefined
    }
  }

  /** All of them once more from the start, each with a savepoint, so that a bad one fails alone. */
  #eachAlone(batch: readonly Job[]): readonly (() => void)[] {
    this.#start()
    return batch.map((job) => this.#attempt(job))
  }

  /** Begins with nothing of what was tried before. */
  #start(): void {
    if (this.#db.inTransaction) this.#rollback.run()
    this.#begin.run()
  }

  /** A rollback that fails as well is tried again before the next transaction. */
  #giveUp(): void {
    try {
      if (this.#db.inTransaction) this.#rollback.run()
    } catch {}
  }

  /** @throws when SQLite gave up the whole transaction, as on a full disk */
  #attempt(job: Job): () => void {
    this.#savepoint.run()
    try {
      const tell = job.run()
      this.#release.run()
      return tell
    } catch (error) {
      if (!this.#db.inTransaction) throw error
      this.#undo.run()
      this.#release.run()
      return () => job.fail(error)
    }
  }
}

/** A row that must be unique is there already: somebody else was first. */
function staleIfTaken(error: unknown): unknown {
  const taken = error instanceof Database.SqliteError && /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(error.code)
  return taken ? new StaleState(error.message, { cause: error }) : error
}
