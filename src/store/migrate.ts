import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connection, DatabaseFault, makeFile, Outdated } from './connection.ts'

/** Lies at the same distance from `src/store` and `dist/store`. */
export const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url))

interface Migration {
  readonly name: string
  readonly sql: string
  /** SHA-256, hex; line ends do not count. */
  readonly checksum: string
}

type Applied = Pick<Migration, 'name' | 'checksum'>

/**
 * Brings the database up to date: all missing migrations in one transaction, or none. A database that holds data is
 * first copied to `PATH.before-NNNN`, where NNNN is the first migration that it lacks.
 *
 * @throws {DatabaseFault} when an applied migration was edited or is unknown, or when the file is another program's
 */
export function migrate(db: Connection, folder = MIGRATIONS): void {
  const known = readMigrations(folder)
  const missing = missingFrom(db, known)
  if (missing.length === 0) return
  if (missing.length < known.length) backUp(db, missing[0]!.name.slice(0, 4))
  db.pragma('foreign_keys = OFF') // a migration may have to build a table anew
  try {
    db.transaction(() => apply(db, missingFrom(db, known))).exclusive()
  } finally {
    db.pragma('foreign_keys = ON')
  }
}

/** @throws {DatabaseFault} unless the database has exactly the migrations that this program knows */
export function mustBeUpToDate(db: Connection, folder = MIGRATIONS): void {
  const missing = missingFrom(db, readMigrations(folder))
  if (missing.length > 0) throw new Outdated(`${db.name} is not up to date: run "breakglass start" first`)
}

function apply(db: Connection, migrations: readonly Migration[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL) STRICT')
  const add = db.prepare('INSERT INTO migrations (name, checksum) VALUES (?, ?)')
  for (const { name, sql, checksum } of migrations) {
    db.exec(sql)
    add.run(name, checksum)
  }
  const orphans = db.pragma('foreign_key_check') as readonly unknown[]
  if (orphans.length > 0)
    throw new DatabaseFault(`${db.name}: a migration left ${orphans.length} rows without their parent`)
}

function missingFrom(db: Connection, known: readonly Migration[]): readonly Migration[] {
  const applied = appliedTo(db)
  for (const [index, { name, checksum }] of applied.entries()) {
    const migration = known[index]
    if (migration?.name !== name) throw new DatabaseFault(`${db.name}: ${unknownMigration(name, known)}`)
    if (migration.checksum !== checksum) {
      throw new DatabaseFault(
        `${db.name}: migration ${name} was edited after it was applied; restore the file as it was`,
      )
    }
  }
  return known.slice(applied.length)
}

function unknownMigration(name: string, known: readonly Migration[]): string {
  const newest = known.at(-1)?.name ?? ''
  return name > newest
    ? `migration ${name} comes from a newer breakglass than this one; start that one, or restore a backup`
    : `migration ${name} was applied, but this program has another in its place; install the release again`
}

function appliedTo(db: Connection): readonly Applied[] {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all()
  if (tables.length === 0) return []
  if (!tables.includes('migrations')) throw new DatabaseFault(`${db.name} is not a database of breakglass`)
  return db.prepare('SELECT name, checksum FROM migrations ORDER BY name').all() as Applied[]
}

function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}_[a-z0-9-]+(\.sqlite)?\.sql$/.test(name))
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}

/** Made anew if a start before this one got no further. SQLite does not sync what VACUUM writes. */
function backUp(db: Connection, before: string): void {
  const path = `${db.name}.before-${before}`
  rmSync(path, { force: true })
  makeFile(path)
  db.prepare('VACUUM INTO ?').run(path)
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}
