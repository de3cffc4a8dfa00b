import type { Connection } from './connection.ts'
import { DatabaseFault } from './connection.ts'

/** Small facts about the program itself: how far each feed was told, and when it was last seen to write. */
export class Marks {
  readonly #told
  readonly #tell
  readonly #write
  readonly #read
  readonly #note
  readonly #remember

  constructor(db: Connection) {
    this.#told = db.prepare('SELECT told_up_to AS toldUpTo FROM feeds WHERE feed = ?')
    this.#tell = db.prepare(`
      INSERT INTO feeds (feed, told_up_to) VALUES (?, ?)
      ON CONFLICT (feed) DO UPDATE SET told_up_to = max(told_up_to, excluded.told_up_to)`)
    this.#write = db.prepare(`
      INSERT INTO meta (key, value) VALUES ('probe', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
    this.#read = db.prepare(`SELECT value FROM meta WHERE key = 'probe'`)
    this.#note = db.prepare(`SELECT value FROM meta WHERE key = 'note:' || ?`).pluck()
    this.#remember = db.prepare(`
      INSERT INTO meta (key, value) VALUES ('note:' || ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
  }

  fedUpTo(feed: string): number {
    return (this.#told.get(feed) as { toldUpTo: number } | undefined)?.toldUpTo ?? 0
  }

  /** Never goes back: what was told stays told. */
  setFedUpTo(feed: string, sequence: number): void {
    this.#tell.run(feed, sequence)
  }

  note(key: string): string | undefined {
    return this.#note.get(key) as string | undefined
  }

  remember(key: string, value: string): void {
    this.#remember.run(key, value)
  }

  /** @throws {DatabaseFault} when what was written does not come back */
  probe(now: number): void {
    this.#write.run(String(now))
    const { value } = this.#read.get() as { value: string }
    if (value !== String(now)) throw new DatabaseFault('the database does not keep what is written')
  }
}
