import { chmodSync, copyFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type StoredEvent, seal, sha256 } from '../../src/audit/seal.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import type { SqliteStore } from '../../src/store/open.ts'
import { readAuditLog } from '../../src/store/read-audit.ts'
import { said, start } from './child.ts'
import { makeFolder, openStore, shell } from './database.ts'
import { makeEvent } from './make.ts'

const SALT = '00112233445566778899aabbccddeeff'

async function append(store: SqliteStore, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) =>
    makeEvent({ detail: { n }, text: `reason ${n}`, request: 'R-AAAAAA' }),
  )
  await store.commit({ events })
}

/** Nine events in a real file, which somebody with a shell changes after he dropped every defence. */
async function tampered(tamper: (db: Database.Database) => void): Promise<string> {
  const { store, path } = await openStore()
  await append(store, 9)
  await store.close()
  const db = shell(path)
  const triggers = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all()
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`)
  db.pragma('ignore_check_constraints = ON')
  tamper(db)
  return path
}

const event = (db: Database.Database, sequence: number) =>
  db.prepare('SELECT sequence, canonical, hash, salt, text FROM audit WHERE sequence = ?').get(sequence) as StoredEvent

/** Puts content under a number. */
const put = (db: Database.Database, sequence: number, { canonical, hash, salt, text }: StoredEvent) =>
  db
    .prepare('REPLACE INTO audit (sequence, canonical, hash, salt, text) VALUES (?, ?, ?, ?, ?)')
    .run(sequence, canonical, hash, salt, text)

const forged = (db: Database.Database, after: number) =>
  seal(makeEvent({ name: 'request.approved' }), event(db, after), SALT)

/** Moves the events from a number on by so many places. */
const shift = (db: Database.Database, from: number, by: number) => {
  db.exec(`UPDATE audit SET sequence = -sequence WHERE sequence >= ${from}`)
  db.exec(`UPDATE audit SET sequence = -sequence + ${by} WHERE sequence < 0`)
}

const ways: [way: string, tamper: (db: Database.Database) => void, first: number][] = [
  [
    '1 the actor of an event edited',
    (db) => db.exec(`UPDATE audit SET canonical = replace(canonical, 'ANN', 'EVE') WHERE sequence = 4`),
    4,
  ],
  ['2 an event edited and hashed again', (db) => rehash(db, 4), 4],
  ['3 a hash edited', (db) => db.exec(`UPDATE audit SET hash = printf('%064d', 7) WHERE sequence = 4`), 4],
  ['4 an event deleted', (db) => db.exec('DELETE FROM audit WHERE sequence = 4'), 4],
  ['5 an event deleted and the rest renumbered', (db) => cutOut(db, 4), 4],
  ['6 the first event deleted', (db) => db.exec('DELETE FROM audit WHERE sequence = 1'), 1],
  ['7 two events in each other’s place', (db) => swap(db, 4, 5), 4],
  ['8 an event inserted', (db) => insertAt(db, 5), 5],
  ['9 an event replaced by INSERT OR REPLACE', (db) => put(db, 4, forged(db, 3)), 4],
  ['10 an event renumbered', (db) => db.exec('UPDATE audit SET sequence = 99 WHERE sequence = 4'), 4],
  ['11 typed text changed', (db) => db.exec(`UPDATE audit SET text = 'nothing' WHERE sequence = 4`), 4],
  ['12 the texts of two events swapped', (db) => swapTexts(db, 4, 5), 4],
  ['13 a salt changed', (db) => db.exec(`UPDATE audit SET salt = '${SALT}' WHERE sequence = 4`), 4],
  ['14 an event copied to the end', (db) => put(db, 10, event(db, 4)), 4],
  [
    '15 the last event edited',
    (db) => db.exec(`UPDATE audit SET canonical = replace(canonical, 'ANN', 'EVE') WHERE sequence = 9`),
    9,
  ],
]

function cutOut(db: Database.Database, sequence: number): void {
  db.exec(`DELETE FROM audit WHERE sequence = ${sequence}`)
  shift(db, sequence + 1, -1)
}

function insertAt(db: Database.Database, sequence: number): void {
  shift(db, sequence, 1)
  put(db, sequence, forged(db, sequence - 1))
}

function rehash(db: Database.Database, sequence: number): void {
  const old = event(db, sequence)
  const canonical = old.canonical.replace('ANN', 'EVE')
  put(db, sequence, { ...old, canonical, hash: sha256(canonical) })
}

function swap(db: Database.Database, a: number, b: number): void {
  const [first, second] = [event(db, a), event(db, b)]
  put(db, a, second)
  put(db, b, first)
}

function swapTexts(db: Database.Database, a: number, b: number): void {
  const [first, second] = [event(db, a), event(db, b)]
  put(db, a, { ...first, text: second.text, salt: second.salt })
  put(db, b, { ...second, text: first.text, salt: first.salt })
}

describe('tampering with the database is found, with the first bad event', () => {
  it.each(ways)('%s', async (_, tamper, first) => {
    const path = await tampered(tamper)
    expect(await verifyChain(readAuditLog(path))).toMatchObject({ ok: false, sequence: first })
  })

  it('and nothing is found where nothing was done, or text was erased', async () => {
    const untouched = await tampered(() => {})
    expect(await verifyChain(readAuditLog(untouched))).toMatchObject({ ok: true, events: 9 })
    const erased = await tampered((db) => db.exec('UPDATE audit SET salt = NULL, text = NULL WHERE sequence IN (1, 4)'))
    expect(await verifyChain(readAuditLog(erased))).toMatchObject({ ok: true, events: 9 })
  })

  it('a table without an audit log is a fault of its own', async () => {
    const path = await tampered((db) => db.exec('DROP TABLE audit'))
    await expect(verifyChain(readAuditLog(path))).rejects.toThrow('holds no audit log')
    await expect(verifyChain(readAuditLog(`${path}.none`))).rejects.toThrow('there is no database')
  })
})

describe('verifying', () => {
  it('works beside the running bot and sees what it committed', async () => {
    const { store, path } = await openStore()
    await append(store, 3)
    expect(await verifyChain(readAuditLog(path))).toMatchObject({ ok: true, events: 3 })
    await append(store, 3)
    expect(await verifyChain(readAuditLog(path))).toMatchObject({ ok: true, events: 6 })
  })

  it('works on a copy of the file alone, by somebody who may not write there, and leaves no trace', async () => {
    const { store, path } = await openStore()
    await append(store, 5)
    await store.close()
    const folder = makeFolder()
    const copy = join(folder, 'copy.db')
    copyFileSync(path, copy)
    chmodSync(copy, 0o444)
    chmodSync(folder, 0o555)
    expect(await said(start(new URL('./processes/verify-as-nobody.ts', import.meta.url), copy))).toMatchObject({
      ok: true,
      events: 5,
    })
    expect(readdirSync(dirname(copy))).toEqual(['copy.db'])
  })

  it('100,000 events takes seconds, not minutes', async () => {
    const { store, path } = await openStore()
    for (let n = 0; n < 20; n += 1) await append(store, 5_000)
    const began = performance.now()
    expect(await verifyChain(readAuditLog(path))).toMatchObject({ ok: true, events: 100_000 })
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})
