import { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import { type Grant, REVOKE_CAUSES } from '../core/grant.ts'
import type { GrantId, Subject } from '../core/ids.ts'
import { type GrantFilter, StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { grantId, instant, json, type OnCorrupt, readRow, readRows, requestId } from './row.ts'

const STATES: readonly Grant['state'][] = ['granting', 'active', 'revoking', 'revoked']

const facts = z.object({
  id: grantId,
  version: z.int().positive(),
  request: requestId,
  requester: z.string(),
  subject: z.string(),
  entitlement: z.string(),
  rule: z.string(),
  target: z.string(),
  account: z.string(),
  access: json,
  holding: z.string(),
  createdAt: instant,
  beganAt: instant,
  expiresAt: instant,
  grantBy: instant,
  extendedBy: grantId.nullable(),
})

const ending = facts.extend({
  activeAt: instant.nullable(),
  cause: z.enum(REVOKE_CAUSES),
  by: z.string(),
  revokingAt: instant,
})

const grantSchema = z.discriminatedUnion('state', [
  facts.extend({ state: z.literal('granting') }),
  facts.extend({ state: z.literal('active'), activeAt: instant }),
  ending.extend({
    state: z.literal('revoking'),
    round: z.int(),
    goneAt: instant.nullable(),
    stuckAt: instant.nullable(),
  }),
  ending.extend({ state: z.literal('revoked'), revokedAt: instant, detail: z.enum(['confirmed', 'released']) }),
])

/** Every column of a grant, under the names of `readGrant`. */
export const SELECT_GRANT = `
  SELECT id, version, state, request, requester, subject, entitlement, rule, target, account, access, holding,
    created_at AS createdAt, coalesce(began_at, created_at) AS beganAt, expires_at AS expiresAt, grant_by AS grantBy,
    extended_by AS extendedBy, active_at AS activeAt, cause,
    revoked_by AS "by", revoking_at AS revokingAt, round, gone_at AS goneAt, stuck_at AS stuckAt,
    revoked_at AS revokedAt, detail
  FROM grants`

/** Only an open holding can be leaned on: one that was closed meanwhile makes the insert change no row. */
const INSERT = `
  INSERT INTO grants (id, version, state, request, requester, subject, entitlement, rule, target, account, access,
    holding, created_at, began_at, expires_at, grant_by, extended_by, active_at, cause, revoked_by, revoking_at, round,
    gone_at, stuck_at, revoked_at, detail)
  SELECT @id, 1, @state, @request, @requester, @subject, @entitlement, @rule, @target, @account, @access,
    @holding, @createdAt, @beganAt, @expiresAt, @grantBy, @extendedBy, @activeAt, @cause, @by, @revokingAt, @round,
    @goneAt, @stuckAt, @revokedAt, @detail
  WHERE EXISTS (SELECT 1 FROM holdings WHERE id = @holding AND closed_at IS NULL)`

/** Names `expires_at` only so that the database refuses, loudly, one that moved. */
const UPDATE = `
  UPDATE grants SET version = version + 1, state = @state, expires_at = @expiresAt, extended_by = @extendedBy,
    active_at = @activeAt, cause = @cause, revoked_by = @by, revoking_at = @revokingAt, round = @round, gone_at = @goneAt,
    stuck_at = @stuckAt, revoked_at = @revokedAt, detail = @detail
  WHERE id = @id AND version = @version`

export class GrantRows {
  readonly #readable: (rows: readonly unknown[]) => Grant[]
  readonly #insert
  readonly #update
  readonly #byId
  readonly #live
  readonly #liveTargets
  readonly #leaning
  readonly #uses
  readonly #inState
  readonly #ofSubject

  constructor(db: Connection, onCorrupt: OnCorrupt) {
    this.#readable = (rows) => readRows(rows, readGrant, onCorrupt)
    this.#insert = db.prepare(INSERT)
    this.#update = db.prepare(UPDATE)
    this.#byId = db.prepare(`${SELECT_GRANT} WHERE id = ?`)
    this.#live = db.prepare(`${SELECT_GRANT} 
      WHERE subject = ? AND entitlement = ? AND state IN ('granting', 'active') AND extended_by IS NULL`)
    this.#liveTargets = db.prepare(
      `SELECT DISTINCT target FROM grants WHERE state IN ('granting', 'active', 'revoking') ORDER BY target`,
    )
    this.#leaning = db.prepare(`${SELECT_GRANT} WHERE holding = +? AND state <> 'revoked' ORDER BY created_at, id`)
    this.#uses = db.prepare(`
      SELECT count(*) AS count FROM grants
      WHERE subject = ? AND rule = ? AND created_at >= ? AND cause IS NOT 'grant-failed'`)
    this.#inState = db.prepare(`${SELECT_GRANT} WHERE state = +? ORDER BY created_at DESC, id LIMIT +?`)
    this.#ofSubject = db.prepare(
      `${SELECT_GRANT} WHERE subject = +? AND state IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC, id LIMIT +?`,
    )
  }

  byId(id: GrantId): Grant | undefined {
    return one(this.#byId.get(id))
  }

  live(subject: Subject, entitlement: string): Grant | undefined {
    return one(this.#live.get(subject, entitlement))
  }

  liveTargets(): readonly string[] {
    return this.#liveTargets.all().map((row) => (row as { target: string }).target)
  }

  leaningOn(holding: string): readonly Grant[] {
    return this.#leaning.all(holding).map(readGrant)
  }

  usesSince(subject: Subject, rule: string, since: number): number {
    return (this.#uses.get(subject, rule, since) as { count: number }).count
  }

  /** Asks for each state by itself, so that a few live ones are found at once among a million old ones. */
  list({ states = STATES, subject, limit }: GrantFilter): readonly Grant[] {
    if (subject !== undefined) return this.#readable(this.#ofSubject.all(subject, JSON.stringify(states), limit))
    const rows = states.flatMap((state) => this.#readable(this.#inState.all(state, limit)))
    return rows.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit)
  }

  /** @throws {StaleState} when the version moved, or the holding of a new grant is closed */
  write(grant: Grant): void {
    const row = columnsOf(grant)
    const { changes } = grant.version === 0 ? this.#insert.run(row) : this.#update.run(row)
    if (changes === 0) throw new StaleState(`${grant.id} is not at version ${grant.version}, or its holding is closed`)
  }
}

function one(row: unknown): Grant | undefined {
  return row === undefined ? undefined : readGrant(row)
}

/** The one place where a row becomes a grant. */
export function readGrant(row: unknown): Grant {
  return readRow('grants', grantSchema, row)
}

/** One value for every column; what the state does not have is NULL. */
function columnsOf(grant: Grant) {
  const begun = { activeAt: null, cause: null, by: null, revokingAt: null, round: null, goneAt: null, stuckAt: null }
  return { ...begun, revokedAt: null, detail: null, ...grant, access: canonicalJson(grant.access) }
}
