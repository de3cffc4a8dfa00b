import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect, DatabaseFault } from '../../src/store/connection.ts'
import { MIGRATIONS, migrate, mustBeUpToDate } from '../../src/store/migrate.ts'
import { makeFolder } from './database.ts'

/** A database and a folder of migrations of its own. */
function makeWorld(files: Record<string, string> = { '0001_first.sql': 'CREATE TABLE a (n INTEGER PRIMARY KEY)' }) {
  const root = makeFolder()
  const folder = join(root, 'migrations')
  mkdirSync(folder)
  const write = (more: Record<string, string>) => {
    for (const [name, sql] of Object.entries(more)) writeFileSync(join(folder, name), sql)
  }
  write(files)
  const path = join(root, 'breakglass.db')
  const db = connect(path)
  onTestFinished(() => void db.close())
  const tables = () => db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all()
  return { db, folder, path, tables, write }
}

describe('migrations', () => {
  it('are found beside the source, and make the tables', () => {
    const { db, tables } = makeWorld()
    migrate(db)
    expect(MIGRATIONS).toBe(`${join(import.meta.dirname, '../../migrations')}/`)
    expect(tables()).toEqual(expect.arrayContaining(['approvals', 'audit', 'grants', 'inbox', 'outbox', 'requests']))
  })

  it('are each applied once, in the order of their numbers', () => {
    const { db, folder, tables, write } = makeWorld()
    migrate(db, folder)
    write({ '0003_third.sql': 'ALTER TABLE b ADD COLUMN x', '0002_second.sqlite.sql': 'CREATE TABLE b (n)' })
    migrate(db, folder)
    migrate(db, folder)
    expect(tables()).toEqual(['a', 'b', 'migrations'])
  })

  it('of the other database and other files are left alone', () => {
    const { db, folder, tables, write } = makeWorld()
    write({ '0002_x.postgres.sql': 'no', 'README.md': 'no', '0003_Draft.sql': 'no' })
    migrate(db, folder)
    expect(tables()).toEqual(['a', 'migrations'])
  })

  it('are applied all or none', () => {
    const { db, folder, tables, write } = makeWorld()
    migrate(db, folder)
    write({ '0002_good.sql': 'CREATE TABLE b (n)', '0003_bad.sql': 'CREATE TABLE b (n)' })
    expect(() => migrate(db, folder)).toThrow('already exists')
    expect(tables()).toEqual(['a', 'migrations'])
  })

  it('that leave a row without its parent are not applied', () => {
    const { db, folder, tables, write } = makeWorld()
    write({
      '0002_child.sql': 'CREATE TABLE b (n REFERENCES a (n)); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)',
      '0003_orphans.sql': 'DROP TABLE a; CREATE TABLE a (n INTEGER PRIMARY KEY)',
    })
    expect(() => migrate(db, folder)).toThrow('without their parent')
    expect(tables()).toEqual([])
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('that were edited stop the start; other line ends are no edit', () => {
    const { db, folder, write } = makeWorld({ '0001_first.sql': 'CREATE TABLE a (\nn)' })
    migrate(db, folder)
    write({ '0001_first.sql': 'CREATE TABLE a (\r\nn)' })
    migrate(db, folder)
    write({ '0001_first.sql': 'CREATE TABLE a (\nn, m)' })
    expect(() => migrate(db, folder)).toThrow(DatabaseFault)
    expect(() => migrate(db, folder)).toThrow('migration 0001_first.sql was edited after it was applied')
  })

  it('of a newer program stop the start', () => {
    const { db, folder, write } = makeWorld()
    write({ '0002_newer.sql': 'CREATE TABLE b (n)' })
    migrate(db, folder)
    rmSync(join(folder, '0002_newer.sql'))
    expect(() => migrate(db, folder)).toThrow('migration 0002_newer.sql comes from a newer breakglass')
  })

  it.each([
    ['renamed', (folder: string) => renameSync(join(folder, '0001_first.sql'), join(folder, '0001_other.sql'))],
    ['put before an applied one', (folder: string) => writeFileSync(join(folder, '0000_zero.sql'), 'SELECT 1')],
  ])('that were %s stop the start', (_, change) => {
    const { db, folder, write } = makeWorld()
    write({ '0002_second.sql': 'CREATE TABLE b (n)' })
    migrate(db, folder)
    change(folder)
    expect(() => migrate(db, folder)).toThrow('install the release again')
  })

  it('leave another program’s database alone', () => {
    const { db, folder, tables } = makeWorld()
    db.exec('CREATE TABLE theirs (n)')
    expect(() => migrate(db, folder)).toThrow('is not a database of breakglass')
    expect(tables()).toEqual(['theirs'])
  })

  it('of a database with data are preceded by a backup, for its owner only; the first ones are not', () => {
    const { db, folder, path, write } = makeWorld()
    migrate(db, folder)
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('before'))).toEqual([])
    db.exec('INSERT INTO a VALUES (7)')
    write({ '0002_drop.sql': 'DROP TABLE a' })
    migrate(db, folder)
    const backup = new Database(`${path}.before-0002`, { readonly: true })
    onTestFinished(() => void backup.close())
    expect(backup.prepare('SELECT n FROM a').pluck().all()).toEqual([7])
    expect(statSync(`${path}.before-0002`).mode & 0o777).toBe(0o600)
  })

  it('that failed once make their backup anew', () => {
    const { db, folder, path, write } = makeWorld()
    migrate(db, folder)
    write({ '0002_bad.sql': 'no' })
    expect(() => migrate(db, folder)).toThrow('syntax error')
    expect(() => migrate(db, folder)).toThrow('syntax error')
    expect(existsSync(`${path}.before-0002`)).toBe(true)
  })

  it('are not applied by a command beside the bot, which asks for them instead', () => {
    const { db, folder, tables } = makeWorld()
    expect(() => mustBeUpToDate(db, folder)).toThrow('is not up to date: run "breakglass start" first')
    expect(tables()).toEqual([])
    migrate(db, folder)
    mustBeUpToDate(db, folder)
  })
})
