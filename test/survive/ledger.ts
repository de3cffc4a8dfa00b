import Database from 'better-sqlite3'

/** What the bot has written down of a grant. */
export interface GrantRow {
  readonly id: string
  readonly request: string
  readonly state: 'granting' | 'active' | 'revoking' | 'revoked'
  readonly account: string
  readonly role: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly activeAt: number | null
  readonly revokingAt: number | null
  readonly revokedAt: number | null
  readonly cause: string | null
}

export interface RequestRow {
  readonly id: string
  readonly state: 'pending' | 'approved' | 'denied' | 'cancelled' | 'lapsed'
  readonly requester: string
  readonly subject: string
  readonly entitlement: string
  readonly quorum: number
  readonly reason: string
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
}

const GRANTS = `
  SELECT id, request, state, account, access ->> '$.role' AS role, created_at AS createdAt, expires_at AS expiresAt,
    active_at AS activeAt, revoking_at AS revokingAt, revoked_at AS revokedAt, cause
  FROM grants`

const BUSY = `
  SELECT (SELECT count(*) FROM requests WHERE state = 'pending') AS pending,
    (SELECT count(*) FROM grants WHERE state = 'granting') AS granting,
    (SELECT count(*) FROM grants WHERE state = 'active') AS active,
    (SELECT count(*) FROM grants WHERE state = 'revoking') AS revoking`

const WAITING = `
  SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM inbox WHERE done_at IS NULL)
    + (SELECT count(*) FROM requests WHERE state = 'pending')
    + (SELECT count(*) FROM grants WHERE state <> 'revoked') AS waiting`

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
    return this.#rows('SELECT id, state, requester, subject, entitlement, quorum, reason FROM requests')
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

  inbox(): InboxRow[] {
    return this.#rows('SELECT id, answer FROM inbox')
  }

  /** How much waits for people, targets or Slack. */
  waiting(): number {
    return this.#rows<{ waiting: number }>(WAITING)[0]!.waiting
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
