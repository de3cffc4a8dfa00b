import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/** Another process holds the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld'
}

export interface Lock {
  release(): void
}

/**
 * Takes the exclusive lock of a database, `PATH.lock`, without waiting. It is an operating system's lock on a tiny SQLite
 * file, so it is free again once the process is gone, however it went. The file stays: to remove it would free the lock.
 *
 * @throws {LockHeld}
 */
export function takeLock(path: string): Lock {
  const lockPath = `${existsSync(path) ? realpathSync(path) : path}.lock`
  mkdirSync(dirname(lockPath), { recursive: true, mode: 0o700 })
  closeSync(openSync(lockPath, 'a', 0o600))
  const db = new Database(lockPath, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    const busy = cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')
    throw busy ? new LockHeld(`another breakglass is running on ${path}: it holds ${lockPath}`, { cause }) : cause
  }
  return { release: () => db.close() }
}
