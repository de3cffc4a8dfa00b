import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { type OpenOptions, openSqlite, type SqliteStore } from '../../src/store/open.ts'

/** A folder that goes with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Opened {
  readonly store: SqliteStore
  readonly path: string
}

/** A new store on a real file. */
export async function openStore(options?: OpenOptions): Promise<Opened> {
  const path = join(makeFolder(), 'breakglass.db')
  return { store: await reopen(path, options), path }
}

/** Another process's view, or the next process's. */
export async function reopen(path: string, options?: OpenOptions): Promise<SqliteStore> {
  const store = await openSqlite(path, options)
  onTestFinished(() => store.close())
  return store
}

/** The database as somebody with a shell sees it, with the settings that the program itself uses. */
export function shell(path: string): Database.Database {
  const db = new Database(path)
  db.pragma('recursive_triggers = ON')
  onTestFinished(() => {
    db.close()
  })
  return db
}
