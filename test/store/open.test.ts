import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect, DatabaseFault } from '../../src/store/connection.ts'
import { takeLock } from '../../src/store/lock.ts'
import { openSqlite } from '../../src/store/open.ts'
import { kill, said, start } from './child.ts'
import { makeFolder, openStore, reopen, shell } from './database.ts'
import { makeEvent, makeHolding, makeRequest, T0 } from './make.ts'

afterEach(() => vi.restoreAllMocks())

describe('a connection', () => {
  it('is durable and strict, also on a file that is there already', () => {
    const path = join(makeFolder(), 'breakglass.db')
    for (const round of [1, 2]) {
      const db = connect(path)
      const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'recursive_triggers', 'busy_timeout']
      const found = settings.map((name) => db.pragma(name, { simple: true }))
      expect({ round, found }).toEqual({ round, found: ['wal', 2, 1, 1, 5_000] })
      db.close()
    }
  })

  it('is what plain SQLite would not give', () => {
    const path = join(makeFolder(), 'breakglass.db')
    connect(path).close()
    const plain = new Database(path)
    expect(plain.pragma('synchronous', { simple: true })).toBe(1)
    expect(plain.pragma('recursive_triggers', { simple: true })).toBe(0)
    plain.close()
  })

  it.each(['synchronous', 'recursive_triggers'])('is refused when %s does not stick', (name) => {
    const path = join(makeFolder(), 'breakglass.db')
    connect(path).close()
    const real = Database.prototype.pragma
    vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, source, options) {
      return source.startsWith(`${name} =`) ? undefined : real.call(this, source, options)
    })
    expect(() => connect(path)).toThrow(DatabaseFault)
    expect(() => connect(path)).toThrow(`${name} is`)
  })

  it('makes files that only their owner can read', async () => {
    const { store, path } = await openStore()
    await store.probe(T0)
    const names = readdirSync(join(path, '..'))
    expect(names.toSorted()).toEqual(['breakglass.db', 'breakglass.db-shm', 'breakglass.db-wal'])
    for (const name of names) expect(statSync(join(path, '..', name)).mode & 0o777).toBe(0o600)
  })

  it('is refused with a sentence when the file is no database', async () => {
    const path = join(makeFolder(), 'breakglass.db')
    writeFileSync(path, 'this is a letter to my grandmother, and a long one'.repeat(50))
    await expect(openSqlite(path)).rejects.toThrow(DatabaseFault)
    await expect(openSqlite(path)).rejects.toThrow('cannot be opened: SqliteError: file is not a database')
  })
})

describe('a path that is no file', () => {
  it('is refused with a sentence, by the lock too', async () => {
    const folder = makeFolder()
    mkdirSync(join(folder, 'taken.lock'))
    await expect(openSqlite(folder)).rejects.toThrow(DatabaseFault)
    expect(() => takeLock(join(folder, 'taken'))).toThrow(DatabaseFault)
  })
})

describe('a command beside the bot', () => {
  it('writes to the same database', async () => {
    const { store, path } = await openStore()
    const command = await reopen(path, { migrate: false })
    await Promise.all([store, command].map((one) => one.commit({ events: [makeEvent()] })))
    expect(await store.events({ limit: 9 })).toHaveLength(2)
  })

  it('makes no database where there is none', async () => {
    const path = join(makeFolder(), 'typo.db')
    await expect(openSqlite(path, { migrate: false })).rejects.toThrow(`there is no database at ${path}`)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })
})

describe('what was promised', () => {
  it('is there after the process was killed, and the chain is whole', async () => {
    const path = join(makeFolder(), 'breakglass.db')
    const child = start(new URL('./processes/commit-and-hang.ts', import.meta.url), path)
    let promised = 0
    child.on('message', (n) => {
      promised = Number(n)
    })
    while (promised < 20) await said(child)
    await kill(child)
    const store = await reopen(path)
    const events = await store.events({ limit: 100_000 })
    expect(events.length).toBeGreaterThanOrEqual(promised * 3)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  })
})

describe('a row that cannot be read', () => {
  it('is named, with its table', async () => {
    const { store, path } = await openStore()
    await store.commit({ requests: [makeRequest()] })
    const db = shell(path)
    db.exec('DROP TRIGGER requests_keep_their_terms')
    db.exec(`UPDATE requests SET approvers = '"nobody"'`)
    await expect(store.request('R-AAAAAA')).rejects.toThrow('requests: row R-AAAAAA cannot be read')
  })

  it.each(['nothing', '{"limit":1e999}', '{"limits":[1,-1e999]}'])('is one whose JSON is none: %s', async (access) => {
    const { store, path } = await openStore()
    await store.commit({ holdings: [makeHolding()] })
    const db = shell(path)
    db.pragma('ignore_check_constraints = ON')
    db.prepare('UPDATE holdings SET access = ?').run(access)
    await expect(store.holding('holding-1')).rejects.toThrow('holdings: row holding-1 cannot be read')
  })

  it('is not told with what it holds', async () => {
    const { store, path } = await openStore()
    await store.commit({ requests: [makeRequest({ reason: 'a secret' })] })
    shell(path).exec(`UPDATE requests SET members_at_opening = '7'`)
    await expect(store.request('R-AAAAAA')).rejects.not.toThrow('a secret')
  })
})

describe('small facts', () => {
  it('how far a feed was told goes only forward', async () => {
    const { store, path } = await openStore()
    expect(await store.fedUpTo('security')).toBe(0)
    await store.setFedUpTo('security', 7)
    await store.setFedUpTo('security', 5)
    await store.setFedUpTo('witness', 3)
    expect(await (await reopen(path)).fedUpTo('security')).toBe(7)
  })

  it('the newest instant is that of the last event: a confirmed jump of the clock leaves later ones behind', async () => {
    const { store } = await openStore()
    expect(await store.newestInstant()).toBeUndefined()
    await store.commit({ events: [makeEvent({ at: T0 + 9 }), makeEvent({ at: T0 })] })
    expect(await store.newestInstant()).toBe(T0)
  })

  it('the probe really writes', async () => {
    const { store, path } = await openStore()
    await store.probe(T0)
    await store.probe(T0 + 1)
    expect(shell(path).prepare('SELECT value FROM meta').pluck().all()).toEqual([String(T0 + 1)])
    shell(path).exec('DROP TABLE meta')
    await expect(store.probe(T0)).rejects.toThrow('meta')
  })

  it('events are read in order, after a sequence, and by request', async () => {
    const { store } = await openStore()
    const event = makeEvent({ request: 'R-AAAAAA', text: 'typed', detail: { code: 'x' }, subject: 'ann@example.com' })
    await store.commit({ events: [makeEvent(), event, makeEvent({ request: 'R-BBBBBB' }), event] })
    const all = await store.events({ limit: Number.MAX_SAFE_INTEGER })
    expect(all).toHaveLength(4)
    expect((await store.events({ after: 1, limit: 2 })).map(({ sequence }) => sequence)).toEqual([2, 3])
    expect(await store.events({ request: 'R-AAAAAA', after: 2, limit: 9 })).toMatchObject([{ ...event, sequence: 4 }])
  })
})
