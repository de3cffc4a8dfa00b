import { z } from 'zod'
import type { Stuck } from '../core/alarm.ts'
import type { Census } from '../core/census.ts'
import { FEED } from '../core/effect.ts'
import type { Connection } from './connection.ts'
import { grantId, readRow, requestId } from './row.ts'

/** So many effects that wait are counted at most: beyond that, the exact number helps nobody. */
const MOST_COUNTED = 100_000

const GRANTS = `
  SELECT state, count(*) AS count FROM grants INDEXED BY grants_by_state
  WHERE state IN ('granting', 'active', 'revoking') GROUP BY state`

const OVERDUE = `
  SELECT target, count(*) AS count, min(at) AS oldestAt, sum(stuck) AS stuck FROM (
    SELECT target, expires_at AS at, 0 AS stuck FROM grants INDEXED BY grants_due
    WHERE state IN ('granting', 'active') AND expires_at <= @now
    UNION ALL
    SELECT target, min(revoking_at, expires_at), stuck_at IS NOT NULL FROM grants INDEXED BY grants_revoking
    WHERE state = 'revoking' AND (gone_at IS NULL OR stuck_at IS NOT NULL)
  ) GROUP BY target`

const WAITING = `
  SELECT kind, count(*) AS count, min(due_at) AS oldestAt FROM (
    SELECT kind, due_at FROM outbox INDEXED BY outbox_due
    WHERE due_at <= @now ORDER BY due_at LIMIT ${MOST_COUNTED}
  ) GROUP BY kind`

const COUNTS = `
  SELECT (SELECT count(*) FROM requests INDEXED BY requests_due WHERE state = 'pending') AS pendingRequests,
    (SELECT count(*) FROM inbox INDEXED BY inbox_unanswered WHERE done_at IS NULL) AS unanswered,
    (SELECT coalesce(max(sequence), 0) FROM audit) AS auditSequence,
    coalesce((SELECT told_up_to FROM feeds WHERE feed = '${FEED}'), 0) AS toldUpTo`

/** Columns, not whole rows: what cannot be read as a grant is alarmed all the same. */
const STUCK = `
  SELECT grants.id AS "grant", grants.request, grants.entitlement, grants.expires_at AS endAt,
    grants.revoking_at AS revokingAt, coalesce(outbox.attempts, 0) AS attempts,
    count(*) OVER () AS count, max(coalesce(grants.stuck_at, 0)) OVER () AS newestAt
  FROM grants INDEXED BY grants_by_state
  LEFT JOIN outbox ON outbox.kind = 'revoke' AND outbox.key = grants.id
  WHERE grants.state IN (SELECT value FROM json_each(@states)) AND grants.target = @target
    AND (grants.stuck_at IS NOT NULL OR @lost)
  ORDER BY grants.expires_at, grants.id LIMIT @limit`

const stuckSchema = z.object({
  grant: grantId,
  request: requestId,
  entitlement: z.string(),
  endAt: z.int(),
  revokingAt: z.int().nullable(),
  attempts: z.int(),
  count: z.int(),
  newestAt: z.int(),
})

/** How things stand, for alarms and metrics: each query walks an index over what is alive, however much is old. */
export class Standings {
  readonly #grants
  readonly #overdue
  readonly #waiting
  readonly #counts
  readonly #stuck

  constructor(db: Connection) {
    this.#grants = db.prepare(GRANTS)
    this.#overdue = db.prepare(OVERDUE)
    this.#waiting = db.prepare(WAITING)
    this.#counts = db.prepare(COUNTS)
    this.#stuck = db.prepare(STUCK)
  }

  census(now: number): Census {
    const states = this.#grants.all() as { state: keyof Census['grants']; count: number }[]
    const counted = Object.fromEntries(states.map(({ state, count }) => [state, count]))
    return {
      ...(this.#counts.get() as Pick<Census, 'pendingRequests' | 'unanswered' | 'auditSequence' | 'toldUpTo'>),
      grants: { granting: 0, active: 0, revoking: 0, ...counted },
      overdue: this.#overdue.all({ now }) as Census['overdue'],
      waiting: this.#waiting.all({ now }) as Census['waiting'],
    }
  }

  stuckOn(target: string, { lost, limit }: { lost: boolean; limit: number }): Stuck {
    const states = JSON.stringify(lost ? ['granting', 'active', 'revoking'] : ['revoking'])
    const found = this.#stuck.all({ target, lost: Number(lost), states, limit })
    const rows = found.map((row) => readRow('grants', stuckSchema, row))
    const { count = 0, newestAt = 0 } = rows[0] ?? {}
    return { count, newestAt, oldest: rows.map(({ count: _1, newestAt: _2, ...grant }) => grant) }
  }
}
