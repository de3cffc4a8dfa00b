import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { StoredEvent } from '../audit/seal.ts'
import { SELECT_EVENTS } from './audit-log.ts'
import { type Connection, DatabaseFault } from './connection.ts'

/**
 * The audit log of a database file, in order, one event in memory at a time; also of a copy, of a file that one may only
 * read, and of a database that is in use. Changes nothing.
 *
 * @throws {DatabaseFault} when the file holds no audit log
 */
export function* readAuditLog(path: string): Generator<StoredEvent> {
  const { db, close } = openToRead(path)
  try {
    yield* db.prepare(`${SELECT_EVENTS} ORDER BY sequence`).iterate() as IterableIterator<StoredEvent>
  } catch (cause) {
    throw cause instanceof Database.SqliteError ? noLog(path, cause) : cause
  } finally {
    close()
  }
}

interface Reading {
  readonly db: Connection
  close(): void
}

function openToRead(path: string): Reading {
  if (!existsSync(path)) throw new DatabaseFault(`there is no database at ${path}`)
  const db = new Database(path, { readonly: true, fileMustExist: true })
  if (canRead(db)) return { db, close: () => db.close() }
  db.close()
  return openCopy(path)
}

/** SQLite must write two files beside a database in WAL mode even to read it: where it may not, a copy is read. */
function openCopy(path: string): Reading {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-audit-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, 'copy.db')
    copyFileSync(path, copy)
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
    const db = new Database(copy)
    return {
      db,
      close: () => {
        db.close()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

function canRead(db: Connection): boolean {
  try {
    db.pragma('schema_version')
    return true
  } catch (error) {
    const mayNotWrite = error instanceof Database.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code)
    if (mayNotWrite) return false
    db.close()
    throw noLog(db.name, error)
  }
}

function noLog(path: string, cause: unknown): DatabaseFault {
  return new DatabaseFault(`${path} holds no audit log that can be read: ${cause}`, { cause })
}
