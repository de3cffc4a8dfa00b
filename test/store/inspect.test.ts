import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { loadOrMakeAuditKey } from '../../src/audit/key.ts'
import { record } from '../../src/core/change.ts'
import { inspectFiles } from '../../src/store/inspect.ts'
import { openSqlite } from '../../src/store/open.ts'
import { NIGHT } from '../support/make.ts'

function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-inspect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, database: join(folder, 'test.db'), auditKey: join(folder, 'key.pem') }
}

/** A folder in which the bot has run before. */
async function makeLivedIn() {
  const paths = makeFolder()
  const store = await openSqlite(paths.database)
  await store.commit(record({ name: 'system.started', at: NIGHT, actor: 'system' }))
  await store.close()
  loadOrMakeAuditKey(paths.auditKey)
  return paths
}

/** All that is not ok, as `level where: what`. */
async function inspect(paths: Parameters<typeof inspectFiles>[0], now = NIGHT) {
  const remarks = await inspectFiles(paths, now)
  return remarks.filter(({ level }) => level !== 'ok').map(({ level, where, what }) => `${level} ${where}: ${what}`)
}

it('finds nothing wrong where the bot has run, or will run for the first time, and makes nothing', async () => {
  expect(await inspect(await makeLivedIn())).toEqual([])
  const fresh = makeFolder()
  expect(await inspect(fresh)).toEqual([])
  expect(readdirSync(fresh.folder)).toEqual([])
})

it('finds a key that others can read, and one that is none', async () => {
  const { auditKey, ...paths } = await makeLivedIn()
  chmodSync(auditKey, 0o644)
  expect(await inspect({ ...paths, auditKey })).toEqual([
    `fault BREAKGLASS_AUDIT_KEY: ${auditKey} can be read by others (mode 644): run chmod 600 ${auditKey}`,
  ])
  writeFileSync(auditKey, 'nonsense', { mode: 0o600 })
  chmodSync(auditKey, 0o600)
  expect(await inspect({ ...paths, auditKey })).toEqual([
    expect.stringContaining('holds no Ed25519 private key in PEM'),
  ])
})

it.each([
  [60_000, []],
  [61_000, ['fault clock: 61 s behind the newest record: a start would end all access, and give none']],
])('finds a clock that is %d ms behind the newest record', async (behindMs, found) => {
  expect(await inspect(await makeLivedIn(), NIGHT - behindMs)).toEqual(found)
})

it('finds a database of a newer version; one of an older version is no fault', async () => {
  const paths = await makeLivedIn()
  const db = new Database(paths.database)
  onTestFinished(() => void db.close())
  db.prepare("INSERT INTO migrations (name, checksum) VALUES ('9999_later.sql', 'x')").run()
  expect(await inspect(paths)).toEqual([expect.stringMatching(/^fault BREAKGLASS_DATABASE: .* comes from a newer/)])
  db.prepare("DELETE FROM migrations WHERE name >= '0003'").run()
  expect(await inspect(paths)).toEqual([expect.stringMatching(/^finding BREAKGLASS_DATABASE: .* is not up to date/)])
})

it('finds what is no database', async () => {
  const paths = makeFolder()
  writeFileSync(paths.database, 'nonsense '.repeat(200))
  expect(await inspect(paths)).toEqual([expect.stringMatching(/^fault BREAKGLASS_DATABASE: .* cannot be opened/)])
})
