import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../../../src/store/connection.ts'
import { serve } from './serve.ts'

const PAGE = Buffer.alloc(4_096, 'breakglass')

interface Order {
  readonly folder: string
  readonly ms: number
}

serve({
  listen: () => 0,
  measure: ({ folder, ms }: Order): [string, number][] => [
    ['fdatasync after 4 KiB', rawSyncs(folder, ms)],
    ['SQLite, one row in a transaction', rows(folder, ms, 1)],
    ['SQLite, 16 rows in a transaction', rows(folder, ms, 16)],
    ['SQLite, 64 rows in a transaction', rows(folder, ms, 64)],
  ],
})

function rawSyncs(folder: string, ms: number): number {
  const path = join(folder, 'raw')
  const file = openSync(path, 'w')
  try {
    return perSecond(ms, () => {
      writeSync(file, PAGE)
      fdatasyncSync(file)
      return 1
    })
  } finally {
    closeSync(file)
    rmSync(path)
  }
}

/** A table and settings as the bot's inbox has them. */
function rows(folder: string, ms: number, each: number): number {
  const path = join(folder, 'rows.db')
  const db = connect(path)
  try {
    db.exec('CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL) STRICT')
    const insert = db.prepare('INSERT INTO inbox (id, body) VALUES (?, ?)')
    let id = 0
    const some = db.transaction(() => {
      for (let nth = 0; nth < each; nth += 1) insert.run(`v0=${String(id++).padStart(64, '0')}`, 'x'.repeat(300))
    })
    return perSecond(ms, () => {
      some.immediate()
      return each
    })
  } finally {
    db.close()
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  }
}

function perSecond(ms: number, work: () => number): number {
  const startedAt = performance.now()
  let done = 0
  while (performance.now() - startedAt < ms) done += work()
  return (done * 1_000) / (performance.now() - startedAt)
}
