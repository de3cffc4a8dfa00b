import Database from 'better-sqlite3'

/** What the bot has written down of a grant. */
export interface GrantRow {
  readonly id: string
  readonly request: string
  readonly state: 'granting' | 'active' | 'revoking' | 'revoked'
  readonly target: string
  readonly account: string
  readonly role: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly activeAt: number | null
  readonly revokingAt: number | null
  readonly revokedAt: number | null
  readonly cause: string | null
  /** How it was revoked: `confirmed` by the target, or `released`. */
  readonly detail: string | null
  /** The grant that goes on from it. */
  readonly extendedBy: string | null
  /** When its revoke is tried next; past while it is being tried. */
  readonly againAt: number | null
}

export interface RequestRow {
  readonly id: string
  readonly state: 'pending' | 'approved' | 'denied' | 'cancelled' | 'lapsed'
  readonly requester: string
  readonly subject: string
  readonly entitlement: string
  readonly quorum: number
  readonly reason: string
  /** The grant for which it asks more time. */
  readonly extends: string | null
}

export interface ApprovalRow {
  readonly request: string
  readonly subject: string
  readonly slackId: string
}

export interface EventRow {
  readonly sequence: number
  readonly hash: string
  readonly name: string
  readonly request: string | null
  readonly grant: string | null
}

export interface InboxRow {
  readonly id: string
  readonly answer: string | null
}

/** How much is under way. */
export interface Busy {
  readonly pending: number
  readonly granting: number
  readonly active: number
  readonly revoking: number
  /** Of the granting ones, those that go on from another grant. */
  readonly extending: number
}

const GRANTS = `
  SELECT id, request, state, target, account, access ->> '$.role' AS role, created_at AS createdAt,
    expires_at AS expiresAt, active_at AS activeAt, revoking_at AS revokingAt, revoked_at AS revokedAt, cause,
    detail, extended_by AS extendedBy,
    (SELECT due_at FROM outbox WHERE kind = 'revoke' AND key = grants.id) AS againAt
  FROM grants`

/** Each grant that is not over, without the effect that brings it on. */
const FORGOTTEN = `
  SELECT id, state FROM grants
  WHERE (state = 'granting' AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'grant' AND key = grants.id))
    OR (state = 'revoking' AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'revoke' AND key = grants.id))`

const EVENTS_ABOUT = `
  SELECT at, name, canonical ->> '$.detail' AS detail FROM audit WHERE grant_id = ? ORDER BY sequence`

const UNSTORED = 'SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM inbox)'

const BUSY = `
  SELECT (SELECT count(*) FROM requests WHERE state = 'pending') AS pending,
    (SELECT count(*) FROM grants WHERE state = 'granting') AS granting,
    (SELECT count(*) FROM grants WHERE state = 'active') AS active,
    (SELECT count(*) FROM grants WHERE state = 'revoking') AS revoking,
    (SELECT count(*) FROM grants JOIN grants AS old ON old.extended_by = grants.id WHERE grants.state = 'granting')
      AS extending`

const WAITING = `
  SELECT kind AS what, count(*) AS times FROM outbox GROUP BY kind
  UNION ALL SELECT 'said by people', count(*) FROM inbox WHERE done_at IS NULL HAVING count(*) > 0
  UNION ALL SELECT 'pending', count(*) FROM requests WHERE state = 'pending' HAVING count(*) > 0
  UNION ALL SELECT state, count(*) FROM grants WHERE state <> 'revoked' GROUP BY state`

/**
 * The bot's database as it is in the file, read by SQL of our own. Each look opens and closes it, so that none is open
 * while a victim dies or recovers.
 */
export class Ledger {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  busy(): Busy {
    return this.#rows<Busy>(BUSY)[0]!
  }

  /** Grants that are not over, or have not been for long. */
  grantsSince(since: number): GrantRow[] {
    return this.#rows(`${GRANTS} WHERE state <> 'revoked' OR revoked_at > ?`, since)
  }

  grantsOn(login: string, role: string): GrantRow[] {
    return this.#rows(`${GRANTS} WHERE account = ? AND access ->> '$.role' = ?`, login, role)
  }

  grants(): GrantRow[] {
    return this.#rows(GRANTS)
  }

  requests(): RequestRow[] {
    return this.#rows('SELECT id, state, requester, subject, entitlement, quorum, reason, extends FROM requests')
  }

  approvals(): ApprovalRow[] {
    return this.#rows('SELECT request, subject, slack_id AS slackId FROM approvals')
  }

  events(after = 0): EventRow[] {
    return this.#rows(
      'SELECT sequence, hash, name, request, grant_id AS "grant" FROM audit WHERE sequence > ? ORDER BY sequence',
      after,
    )
  }

  /** What was recorded about a grant, in order. */
  eventsAbout(grant: string): { readonly at: string; readonly name: string; readonly detail: string | null }[] {
    return this.#rows(EVENTS_ABOUT, grant)
  }

  /** Grants that nobody is going to do anything about any more. */
  forgotten(): { readonly id: string; readonly state: string }[] {
    return this.#rows(FORGOTTEN)
  }

  /** Of what was acknowledged, by inbox id, what is not stored. */
  unstored(ids: readonly string[]): ReadonlySet<string> {
    const rows = this.#rows<{ id: string }>(UNSTORED, JSON.stringify(ids))
    return new Set(rows.map(({ id }) => id))
  }

  inbox(): InboxRow[] {
    return this.#rows('SELECT id, answer FROM inbox')
  }

  /** What waits for people, targets or Slack, and how much of it. */
  waiting(): readonly { readonly what: string; readonly times: number }[] {
    return this.#rows(WAITING)
  }

  #rows<Row>(sql: string, ...values: unknown[]): Row[] {
    const db = new Database(this.#path, { readonly: true, timeout: 5_000 })
    try {
      return db.prepare(sql).all(...values) as Row[]
    } finally {
      db.close()
    }
  }
}
