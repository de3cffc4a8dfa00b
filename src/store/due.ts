import type { GrantId, RequestId } from '../core/ids.ts'
import type { Connection } from './connection.ts'

const NEXT = `
  SELECT min(at) AS at FROM (
    SELECT min(expires_at) AS at FROM grants INDEXED BY grants_due WHERE state IN ('granting', 'active') AND expires_at > @after
    UNION ALL
    SELECT min(lapses_at) FROM requests INDEXED BY requests_due WHERE state = 'pending' AND lapses_at > @after
    UNION ALL SELECT min(due_at) FROM outbox INDEXED BY outbox_due WHERE due_at > @after
  )`

/**
 * What time brings. Ids only, so that one row that cannot be read delays no other. Each query names its index, because
 * SQLite would take another, and then sort all live rows at every tick.
 */
export class Due {
  readonly #grants
  readonly #requests
  readonly #stuck
  readonly #next

  constructor(db: Connection) {
    this.#grants = db.prepare(`
      SELECT id FROM grants INDEXED BY grants_due
      WHERE state IN ('granting', 'active') AND expires_at <= ? ORDER BY expires_at LIMIT +?`)
    this.#requests = db.prepare(`
      SELECT id FROM requests INDEXED BY requests_due
      WHERE state = 'pending' AND lapses_at <= ? ORDER BY lapses_at LIMIT +?`)
    this.#stuck = db.prepare(`
      SELECT id FROM grants INDEXED BY grants_revoking
      WHERE state = 'revoking' AND revoking_at < ? AND stuck_at IS NULL AND gone_at IS NULL
      ORDER BY revoking_at LIMIT +?`)
    this.#next = db.prepare(NEXT)
  }

  grants(now: number, limit: number): readonly GrantId[] {
    return this.#grants.all(now, limit).map((row) => (row as { id: GrantId }).id)
  }

  requests(now: number, limit: number): readonly RequestId[] {
    return this.#requests.all(now, limit).map((row) => (row as { id: RequestId }).id)
  }

  stuckGrants(before: number, limit: number): readonly GrantId[] {
    return this.#stuck.all(before, limit).map((row) => (row as { id: GrantId }).id)
  }

  nextAt(after = -1): number | undefined {
    return (this.#next.get({ after }) as { at: number | null }).at ?? undefined
  }
}
