import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/**
 * An open database. Its statements say `= +?` and `LIMIT +?` where SQLite would look at the bound value to plan by it: it
 * would plan again at each run, which takes five times as long as the query. The plus sign does nothing else.
 */
export type Connection = Database.Database

/** A sentence for the operator: why the database cannot be used as it is. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault'
}

/** It was made by an older version: `start` brings it up to date. */
export class Outdated extends DatabaseFault {}

/** How long a write waits for a command line that is writing. */
const BUSY_MS = 5_000

/** What every connection must have, as SQLite reports it. */
const SETTINGS = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['recursive_triggers', 'ON', 1],
  ['temp_store', 'MEMORY', 2], // what undoes a statement or a savepoint is kept there: five times fewer system calls for each commit
  ['wal_autocheckpoint', '4000', 4000], // pages, 16 MB: a page that many commits change is copied back once for all of them
] as const

/**
 * Opens a database so that a commit is durable and the constraints hold; makes the file, mode 0600, if there is none.
 *
 * @throws {DatabaseFault} when the file is no database, or when a setting does not stick
 */
export function connect(path: string): Connection {
  let db: Connection | undefined
  try {
    makeFile(path)
    db = new Database(path, { timeout: BUSY_MS })
    for (const [name, value, reads] of SETTINGS) setting(db, name, value, reads)
    return db
  } catch (cause) {
    db?.close()
    throw cause instanceof DatabaseFault ? cause : new DatabaseFault(`${path} cannot be opened: ${cause}`, { cause })
  }
}

/** SQLite opens an existing file with `synchronous=NORMAL`, under which a power cut forgets commits: so it is read back. */
function setting(db: Connection, name: string, value: string, reads: string | number): void {
  db.pragma(`${name} = ${value}`)
  const found = db.pragma(name, { simple: true })
  if (found !== reads) {
    throw new DatabaseFault(`${db.name}: ${name} is ${found} after it was set to ${value}; is it on a network disk?`)
  }
}

/** Makes a file that only its owner can read, if there is none; SQLite's files beside it take over its mode. */
export function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}
