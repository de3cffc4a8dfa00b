import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StaleState } from '../../src/core/store.ts'
import { connect } from '../../src/store/connection.ts'
import { Writer } from '../../src/store/writer.ts'
import { makeFolder, openStore } from './database.ts'
import { makeEvent, makeRequest, T0 } from './make.ts'

function makeWriter() {
  const path = join(makeFolder(), 'writer.db')
  const db = connect(path)
  onTestFinished(() => void db.close())
  db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, parent INTEGER REFERENCES t (n), pad BLOB)')
  const add = db.prepare('INSERT INTO t (n) VALUES (?)')
  /** What another process sees, and so what is committed. */
  const seen = () => {
    const other = new Database(path, { readonly: true })
    const rows = other.prepare('SELECT n FROM t ORDER BY n').pluck().all()
    other.close()
    return rows
  }
  return { db, path, seen, writer: new Writer(db), add: (n: number) => add.run(n) }
}

const statuses = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status).join()

describe('writes that wait together', () => {
  it('share one transaction', async () => {
    const { db, writer, add, seen } = makeWriter()
    const visible: unknown[] = []
    const all = [1, 2, 3].map((n) =>
      writer.run(() => {
        visible.push(seen(), db.inTransaction)
        add(n)
      }),
    )
    expect(seen()).toEqual([])
    await Promise.all(all)
    expect(visible).toEqual([[], true, [], true, [], true])
    expect(seen()).toEqual([1, 2, 3])
  })

  it('are told only after COMMIT', async () => {
    const { writer, add, seen } = makeWriter()
    const told: unknown[] = []
    await Promise.all([1, 2].map((n) => writer.run(() => add(n)).then(() => told.push(seen()))))
    expect(told).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  it('fail alone: what a bad one did is undone, the others stand', async () => {
    const { writer, add, seen } = makeWriter()
    const bad = writer.run(() => {
      add(2)
      throw new Error('a bug')
    })
    const results = await Promise.allSettled([writer.run(() => add(1)), bad, writer.run(() => add(3))])
    expect(statuses(results)).toBe('fulfilled,rejected,fulfilled')
    expect(seen()).toEqual([1, 3])
  })

  it('run once when all are good; with a bad one they run again, and what they tell is of that run', async () => {
    const { db, writer, add, seen } = makeWriter()
    const count = db.prepare('SELECT count(*) FROM t').pluck()
    const runs: number[] = []
    const adding = (n: number) => () => {
      runs.push(n)
      add(n)
      return count.get()
    }
    await writer.run(adding(1))
    expect(runs).toEqual([1])
    const before = writer.run(adding(2))
    const bad = writer.run(() => {
      adding(3)()
      throw new Error('a bug')
    })
    const results = await Promise.allSettled([before, bad, writer.run(adding(4))])
    expect(runs).toEqual([1, 2, 3, 2, 3, 4])
    expect(results.map((result) => result.status === 'fulfilled' && result.value)).toEqual([2, false, 3])
    expect(seen()).toEqual([1, 2, 4])
  })

  it('are stale when a row is there already, and broken by any other constraint', async () => {
    const { db, writer, add } = makeWriter()
    await writer.run(() => add(1))
    await expect(writer.run(() => add(1))).rejects.toThrow(StaleState)
    const orphan = writer.run(() => db.exec('INSERT INTO t (n, parent) VALUES (2, 9)'))
    await expect(orphan).rejects.toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' }))
  })

  it('all fail when COMMIT does, and the next ones are written', async () => {
    const { db, writer, add, seen } = makeWriter()
    const late = writer.run(() => db.exec('PRAGMA defer_foreign_keys = ON; INSERT INTO t (n, parent) VALUES (2, 9)'))
    expect(statuses(await Promise.allSettled([writer.run(() => add(1)), late]))).toBe('rejected,rejected')
    expect(seen()).toEqual([])
    await writer.run(() => add(3))
    expect(seen()).toEqual([3])
  })

  it('all fail when the disk is full, and are written when there is room again', async () => {
    const { db, writer, add, seen } = makeWriter()
    const pages = db.pragma('page_count', { simple: true })
    db.pragma(`max_page_count = ${pages}`)
    const large = () => db.exec('INSERT INTO t (n, pad) VALUES (2, zeroblob(1000000))')
    await expect(writer.run(large)).rejects.toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
    db.pragma('max_page_count = 1000000')
    await writer.run(() => add(1))
    await writer.run(large)
    expect(seen()).toEqual([1, 2])
  })

  it('fail while another process writes for too long, and are written after it', async () => {
    const { db, path, writer, add, seen } = makeWriter()
    db.pragma('busy_timeout = 0')
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    await expect(writer.run(() => add(1))).rejects.toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
    other.close()
    await writer.run(() => add(1))
    expect(seen()).toEqual([1])
  })

  it('are written in the order in which they came, however many', async () => {
    const { writer } = makeWriter()
    const order: number[] = []
    await Promise.all(Array.from({ length: 600 }, (_, n) => writer.run(() => order.push(n))))
    expect(order).toEqual(Array.from({ length: 600 }, (_, n) => n))
  })

  it('are written before the store closes, and refused after', async () => {
    const { writer, add, seen } = makeWriter()
    const last = writer.run(() => add(1))
    writer.close()
    await last
    expect(seen()).toEqual([1])
    await expect(writer.run(() => add(2))).rejects.toThrow('closed')
  })
})

describe('a commit', () => {
  it('applies all of its Change or nothing, while others beside it succeed', async () => {
    const { store } = await openStore()
    const events = [makeEvent()]
    const good = store.commit({ requests: [makeRequest()], events })
    const stale = store.commit({
      requests: [makeRequest({ id: 'R-BBBBBB', terms: { entitlement: 'other' } }), makeRequest()],
      effects: [{ kind: 'feed', dueAt: T0 }],
      events: [...events, ...events],
    })
    const next = store.commit({ events })
    expect(statuses(await Promise.allSettled([good, stale, next]))).toBe('fulfilled,rejected,fulfilled')
    expect(await store.request('R-BBBBBB')).toBeUndefined()
    expect(await store.nextDueAt()).toBe(makeRequest().lapsesAt)
    expect((await store.events({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([1, 2])
  })

  it('of nothing is well', async () => {
    const { store } = await openStore()
    await store.commit({})
  })

  it('that added effects is told to listeners, after it is durable; others are not', async () => {
    const { store } = await openStore()
    const heard: Promise<number | undefined>[] = []
    const stop = store.onCommit(() => heard.push(store.nextDueAt()))
    await store.commit({ events: [makeEvent()] })
    await expect(store.commit({ requests: [makeRequest({ version: 9 })], effects: [feed] })).rejects.toThrow(StaleState)
    expect(heard).toEqual([])
    await store.commit({ effects: [feed] })
    expect(await Promise.all(heard)).toEqual([T0])
    stop()
    await store.commit({ effects: [feed] })
    expect(heard).toHaveLength(1)
  })
})

const feed = { kind: 'feed', dueAt: T0 } as const
