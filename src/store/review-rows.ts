import { z } from 'zod'
import { grantIdOf, type RequestId } from '../core/ids.ts'
import { OUTCOMES, type Review } from '../core/review.ts'
import { type ReviewFilter, StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { instant, readRow, requestId } from './row.ts'

const STATES: readonly Review['state'][] = ['owed', 'filed']

const facts = z.object({
  request: requestId,
  version: z.int().positive(),
  requester: z.string(),
  subject: z.string(),
  entitlement: z.string(),
  rule: z.string(),
  openedAt: instant,
  dueAt: instant,
  reminded: z.int(),
  overdueAt: instant.nullable(),
  account: z.string(),
  accountAt: instant.nullable(),
})

const reviewSchema = z.discriminatedUnion('state', [
  facts.extend({ state: z.literal('owed') }),
  facts.extend({
    state: z.literal('filed'),
    outcome: z.enum(OUTCOMES),
    note: z.string(),
    by: z.string(),
    byName: z.string(),
    filedAt: instant,
  }),
])

const SELECT = `
  SELECT request AS id, request, version, state, requester, subject, entitlement, rule, opened_at AS openedAt,
    due_at AS dueAt, reminded, overdue_at AS overdueAt, account, account_at AS accountAt, outcome, note,
    filed_by AS "by", filed_by_name AS byName, filed_at AS filedAt
  FROM reviews`

/** Of a subject, and of the Slack members who are that subject now: a new address clears no debt. */
const OF_SUBJECT = '(subject = @subject OR requester IN (SELECT id FROM pins WHERE pins.subject = @subject))'

const INSERT = `
  INSERT INTO reviews (request, version, state, requester, subject, entitlement, rule, opened_at, due_at)
  VALUES (@request, 1, 'owed', @requester, @subject, @entitlement, @rule, @openedAt, @dueAt)`

const UPDATE = `
  UPDATE reviews SET version = version + 1, state = @state, reminded = @reminded, overdue_at = @overdueAt,
    account = @account, account_at = @accountAt, outcome = @outcome, note = @note, filed_by = @by,
    filed_by_name = @byName, filed_at = @filedAt
  WHERE request = @request AND version = @version`

/** Of access that the target did not give, nothing is waited for. */
const WAITED_FOR = `NOT EXISTS (
  SELECT 1 FROM grants WHERE grants.request = reviews.request AND grants.cause = 'grant-failed')`

/** Those that are owed, the one due first first: the state stands in it by name, so that few rows are walked. */
export const OWED = `${SELECT} WHERE state = 'owed' ORDER BY due_at, request LIMIT @limit`

/** Reviews that are owed, and what came of them. */
export class ReviewRows {
  readonly #insert
  readonly #update
  readonly #byRequest
  readonly #list
  readonly #owed
  readonly #overdue
  readonly #uses

  constructor(db: Connection) {
    this.#insert = db.prepare(INSERT)
    this.#update = db.prepare(UPDATE)
    this.#byRequest = db.prepare(`${SELECT} WHERE request = ?`)
    this.#owed = db.prepare(OWED)
    this.#list = db.prepare(`${SELECT}
      WHERE state IN (SELECT value FROM json_each(@states)) AND (@subject IS NULL OR ${OF_SUBJECT})
      ORDER BY due_at, request LIMIT @limit`)
    this.#overdue = db
      .prepare(
        `SELECT count(*) FROM reviews WHERE state = 'owed' AND due_at <= @now AND ${OF_SUBJECT} AND ${WAITED_FOR}`,
      )
      .pluck()
    this.#uses = db.prepare('SELECT count(*) FROM reviews WHERE rule = ? AND opened_at >= ?').pluck()
  }

  of(request: RequestId): Review | undefined {
    const row = this.#byRequest.get(request)
    return row === undefined ? undefined : read(row)
  }

  list({ states = STATES, subject = undefined, limit }: ReviewFilter): readonly Review[] {
    if (subject === undefined && states.every((state) => state === 'owed')) return this.#owed.all({ limit }).map(read)
    return this.#list.all({ states: JSON.stringify(states), subject: subject ?? null, limit }).map(read)
  }

  /** How often the glass was broken under a rule: each time owes a review. */
  usesSince(rule: string, since: number): number {
    return this.#uses.get(rule, since) as number
  }

  areInTime(subject: string, now: number): boolean {
    return this.#overdue.get({ subject, now }) === 0
  }

  /** @throws {StaleState} when the version moved */
  write(review: Review): void {
    const row = { outcome: null, note: null, by: null, byName: null, filedAt: null, ...review }
    const { changes } = review.version === 0 ? this.#insert.run(row) : this.#update.run(row)
    if (changes === 0) throw new StaleState(`the review of ${review.request} is not at version ${review.version}`)
  }
}

/** The one place where a row becomes a review. */
function read(row: unknown): Review {
  const review = readRow('reviews', reviewSchema, row)
  return { ...review, grant: grantIdOf(review.request) }
}
