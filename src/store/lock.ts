import { existsSync, realpathSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Connection, DatabaseFault, makeFile } from './connection.ts'

/** Another process holds the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld'
}

/** Keeps the connections alive: one that is collected as garbage is closed, and its lock is free. */
const held = new Set<Connection>()

export interface Lock {
  release(): void
}

/**
 * Takes the exclusive lock of a database, `PATH.lock`, without waiting. It is an operating system's lock on a tiny SQLite
 * file, so it is free again once the process is gone, however it went. The file stays: to remove it would free the lock.
 *
 * @throws {LockHeld}
 * @throws {DatabaseFault} when the file cannot be made or locked at all
 */
export function takeLock(path: string): Lock {
  const lockPath = `${existsSync(path) ? realpathSync(path) : path}.lock`
  let db: Connection | undefined
  try {
    makeFile(lockPath)
    db = new Database(lockPath, { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db?.close()
    const busy = cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')
    if (busy) throw new LockHeld(`another breakglass is running on ${path}: it holds ${lockPath}`, { cause })
    throw new DatabaseFault(`the lock ${lockPath} cannot be taken: ${cause}`, { cause })
  }
  return hold(db)
}

function hold(db: Connection): Lock {
  held.add(db)
  return {
    release() {
      held.delete(db)
      db.close()
    },
  }
}
