import { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { Denial } from '../core/denial.ts'
import type { RequestId } from '../core/ids.ts'
import type { Request } from '../core/request.ts'
import { type RequestFilter, type Sameness, StaleState } from '../core/store.ts'
import type { Terms } from '../core/terms.ts'
import type { Connection } from './connection.ts'
import { grantId, instant, json, type OnCorrupt, parsed, readRow, readRows, requestId } from './row.ts'

const STATES: readonly Request['state'][] = ['pending', 'approved', 'denied', 'cancelled', 'lapsed']

const approvalSchema = z.object({
  subject: z.string(),
  by: z.string(),
  name: z.string(),
  at: instant,
  groups: z.array(z.string()).nullable(),
  ttlMs: z.int().positive().nullable(),
})

const groupSchema = z.object({
  name: z.string(),
  members: z.array(z.string()).nullable(),
  usergroup: z.string().nullable(),
  schedule: z.exactOptional(z.string()),
})

const flag = z.literal([0, 1]).transform((value) => value === 1)

const facts = z.object({
  id: requestId,
  version: z.int().positive(),
  requester: z.string(),
  subject: z.string(),
  entitlement: z.string(),
  target: z.string(),
  account: z.string(),
  access: json,
  ttlMs: z.int().positive(),
  purpose: z.string(),
  reasonHash: z.string(),
  rule: z.string(),
  approvers: parsed.pipe(z.array(z.object({ afterMs: z.int(), groups: z.array(groupSchema) }))),
  quorum: z.int(),
  needs: parsed.pipe(z.array(z.object({ from: z.string(), atLeast: z.int().positive() }))).nullable(),
  glass: flag,
  digest: z.string(),
  reason: z.string(),
  requesterName: z.string(),
  extends: grantId.nullable(),
  link: z.string().nullable(),
  openedAt: instant,
  lapsesAt: instant,
  membersAtOpening: parsed.pipe(z.record(z.string(), z.array(z.string()))),
  knownAt: parsed
    .pipe(z.record(z.string(), instant))
    .nullable()
    .transform((known) => known ?? {}),
  escalatedMs: z.int(),
  reminded: z.int(),
  nudges: z.int(),
  nudgedAt: instant.nullable(),
  approvals: parsed.pipe(z.array(approvalSchema)),
})

const requestSchema = z.discriminatedUnion('state', [
  facts.extend({ state: z.literal('pending') }),
  facts.extend({ state: z.literal('approved'), approvedAt: instant }),
  facts.extend({
    state: z.literal('denied'),
    deniedAt: instant,
    by: z.string(),
    byName: z.string(),
    note: z.string(),
    looksWrong: flag,
  }),
  facts.extend({
    state: z.literal('cancelled'),
    cancelledAt: instant,
    why: z
      .enum(['leaver', 'emergency', 'disowned'])
      .nullable()
      .transform((cause) => cause ?? ('requester' as const)),
  }),
  facts.extend({ state: z.literal('lapsed'), lapsedAt: instant, cause: z.enum(['too-late', 'terms-changed']) }),
])

/** Every column of a request, under the names of `readRequest`. */
export const SELECT_REQUEST = `
  SELECT id, version, state, requester, subject, entitlement, target, account, access, ttl_ms AS ttlMs, purpose,
    reason_hash AS reasonHash, rule, approvers, quorum, needs, glass, digest, reason,
    requester_name AS requesterName, extends, link, known_at AS knownAt, escalated_ms AS escalatedMs, reminded, nudges,
    nudged_at AS nudgedAt, looks_wrong AS looksWrong, cancel_cause AS why, opened_at AS openedAt, lapses_at AS lapsesAt, members_at_opening AS membersAtOpening, approved_at AS approvedAt,
    denied_at AS deniedAt, denied_by AS "by", denied_by_name AS byName, denied_note AS note,
    cancelled_at AS cancelledAt, lapsed_at AS lapsedAt, lapse_cause AS cause,
    (SELECT json_group_array(json_object('subject', subject, 'by', slack_id, 'name', name, 'at', at,
       'groups', json(groups), 'ttlMs', ttl_ms) ORDER BY rowid)
     FROM approvals WHERE approvals.request = requests.id) AS approvals
  FROM requests`

const INSERT = `
  INSERT INTO requests (id, version, state, requester, subject, entitlement, target, account, access, ttl_ms, purpose,
    reason_hash, rule, approvers, quorum, digest, reason, requester_name, extends, opened_at, lapses_at,
    members_at_opening, approved_at, denied_at, denied_by, denied_by_name, denied_note, cancelled_at, lapsed_at,
    lapse_cause, needs, glass, link, known_at, looks_wrong, cancel_cause)
  VALUES (@id, 1, @state, @requester, @subject, @entitlement, @target, @account, @access, @ttlMs, @purpose,
    @reasonHash, @rule, @approvers, @quorum, @digest, @reason, @requesterName, @extends, @openedAt, @lapsesAt,
    @membersAtOpening, @approvedAt, @deniedAt, @by, @byName, @note, @cancelledAt, @lapsedAt, @cause, @needs,
    @glass, @link, @knownAt, @looksWrong, @why)`

const UPDATE = `
  UPDATE requests SET version = version + 1, state = @state, lapses_at = @lapsesAt, approved_at = @approvedAt,
    denied_at = @deniedAt, denied_by = @by, denied_by_name = @byName, denied_note = @note,
    cancelled_at = @cancelledAt, lapsed_at = @lapsedAt, lapse_cause = @cause,
    looks_wrong = @looksWrong, cancel_cause = @why, escalated_ms = @escalatedMs, reminded = @reminded,
    nudges = @nudges, nudged_at = @nudgedAt
  WHERE id = @id AND version = @version`

const APPROVE = `
  INSERT INTO approvals (request, requester_subject, subject, slack_id, name, at, groups, ttl_ms)
  VALUES (@request, @requesterSubject, @subject, @by, @name, @at, @groups, @ttlMs)
  ON CONFLICT (request, subject) DO NOTHING`

/** Requests with their approvals. */
export class RequestRows {
  readonly #readable: (rows: readonly unknown[]) => Request[]
  readonly #insert
  readonly #update
  readonly #approve
  readonly #byId
  readonly #identical
  readonly #denials
  readonly #inState
  readonly #ofSubject

  constructor(db: Connection, onCorrupt: OnCorrupt) {
    this.#readable = (rows) => readRows(rows, readRequest, onCorrupt)
    this.#insert = db.prepare(INSERT)
    this.#update = db.prepare(UPDATE)
    this.#approve = db.prepare(APPROVE)
    this.#byId = db.prepare(`${SELECT_REQUEST} WHERE id = ?`)
    this.#identical = db.prepare(`${SELECT_REQUEST}
      WHERE subject = @subject AND entitlement = @entitlement AND ttl_ms = @ttlMs AND purpose = @purpose
        AND reason_hash = @reasonHash AND state = 'pending'`)
    this.#denials = db.prepare(`
      SELECT denied_at AS at, reason_hash AS reasonHash FROM requests INDEXED BY requests_by_subject
      WHERE subject = @subject AND opened_at >= @since AND state = 'denied' AND entitlement = @entitlement
        AND purpose = @purpose
      ORDER BY opened_at DESC LIMIT 20`)
    this.#inState = db.prepare(`${SELECT_REQUEST} WHERE state = +? ORDER BY opened_at DESC, id LIMIT +?`)
    this.#ofSubject = db.prepare(
      `${SELECT_REQUEST} WHERE subject = +? AND state IN (SELECT value FROM json_each(?)) ORDER BY opened_at DESC, id LIMIT +?`,
    )
  }

  byId(id: RequestId): Request | undefined {
    return one(this.#byId.get(id))
  }

  identical(same: Sameness): Request | undefined {
    return one(this.#identical.get({ ...same }))
  }

  denials(like: Pick<Terms, 'subject' | 'entitlement' | 'purpose'>, since: number): readonly Denial[] {
    const { subject, entitlement, purpose } = like
    return this.#denials.all({ subject, entitlement, purpose, since }) as Denial[]
  }

  /** Asks for each state by itself, so that a few pending ones are found at once among a million old ones. */
  list({ states = STATES, subject, limit }: RequestFilter): readonly Request[] {
    if (subject !== undefined) return this.#readable(this.#ofSubject.all(subject, JSON.stringify(states), limit))
    const rows = states.flatMap((state) => this.#readable(this.#inState.all(state, limit)))
    return rows.sort((a, b) => b.openedAt - a.openedAt).slice(0, limit)
  }

  /** @throws {StaleState} when the version moved. The facts of a request that is there already stay as they are. */
  write(request: Request): void {
    const row = columnsOf(request)
    const { changes } = request.version === 0 ? this.#insert.run(row) : this.#update.run(row)
    if (changes === 0) throw new StaleState(`${request.id} is not at version ${request.version}`)
    const requesterSubject = request.terms.subject
    for (const approval of request.approvals) {
      const groups = approval.groups === null ? null : canonicalJson(approval.groups)
      this.#approve.run({ ...approval, groups, request: request.id, requesterSubject })
    }
  }
}

function one(row: unknown): Request | undefined {
  return row === undefined ? undefined : readRequest(row)
}

/** The one place where a row becomes a request. */
export function readRequest(row: unknown): Request {
  const { requester, subject, entitlement, target, account, access, ttlMs, purpose, reasonHash, ...rest } = readRow(
    'requests',
    requestSchema,
    row,
  )
  const { rule, approvers, quorum, needs, glass, ...request } = rest
  const later = { ...(needs ? { needs } : {}), ...(glass ? { glass } : {}) }
  const asked = { request: request.id, requester, subject, entitlement, target, account, access, ttlMs, purpose }
  return { ...request, terms: { ...asked, reasonHash, rule, approvers, quorum, ...later } }
}

/** One value for every column; what the state does not have is NULL. */
function columnsOf(request: Request) {
  const undecided = { approvedAt: null, deniedAt: null, by: null, byName: null, note: null }
  const { terms, approvals: _, knownAt, ...own } = request
  const why = request.state === 'cancelled' && request.why !== 'requester' ? request.why : null
  return {
    ...undecided,
    cancelledAt: null,
    lapsedAt: null,
    cause: null,
    ...own,
    ...terms,
    why,
    looksWrong: request.state === 'denied' && request.looksWrong ? 1 : 0,
    needs: terms.needs ? canonicalJson(terms.needs) : null,
    glass: terms.glass ? 1 : 0,
    knownAt: Object.keys(knownAt).length > 0 ? canonicalJson(knownAt) : null,
    access: canonicalJson(terms.access),
    approvers: canonicalJson(terms.approvers),
    membersAtOpening: canonicalJson(request.membersAtOpening),
  }
}
