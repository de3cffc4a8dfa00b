import Database from 'better-sqlite3'

const LOOK_EVERY_MS = 1

/** Sees approvals as another reader of the bot's database sees them: at most about a millisecond after their commit. */
export function watchDecisions(path: string) {
  const db = new Database(path, { readonly: true })
  const version = db.prepare('SELECT data_version FROM pragma_data_version').pluck()
  const news = db.prepare('SELECT sequence, name, request FROM audit WHERE sequence > ? ORDER BY sequence')
  const waiting = new Map<string, () => void>()
  let seenVersion: unknown
  let told = db.prepare('SELECT max(sequence) FROM audit').pluck().get() as number

  function look(): void {
    const now = version.get()
    if (now === seenVersion) return
    seenVersion = now
    for (const row of news.all(told)) {
      const { sequence, name, request } = row as { sequence: number; name: string; request: string }
      told = sequence
      if (name === 'request.approved') waiting.get(request)?.()
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    /** Resolves when the request's approval can be read. */
    of: (request: string) => new Promise<void>((resolve) => waiting.set(request, resolve)),
    stop: () => {
      clearInterval(timer)
      db.close()
    },
  }
}
