import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStore, shell } from './database.ts'
import { approved, MINUTE, makeEvent, makeGrant, makeHolding, makeRequest, T0 } from './make.ts'

/** Ann’s approved request with its grant, Bob’s pending one, and two audit events. */
async function openShell(): Promise<Database.Database> {
  const { store, path } = await openStore()
  const ann = makeRequest()
  const bob = makeRequest({
    id: 'R-BBBBBB',
    terms: { subject: 'bob@example.com', requester: 'U0BOB', account: 'bob', quorum: 2 },
  })
  await store.commit({
    requests: [approved(ann), bob],
    holdings: [makeHolding({ preexisting: false }), makeHolding({ id: 'holding-2', account: 'bob' })],
    grants: [makeGrant(ann)],
    events: [makeEvent({ request: ann.id, text: ann.reason }), makeEvent({ request: bob.id })],
  })
  return shell(path)
}

const approve = (request: string, requesterSubject: string, subject: string, ttlMs = 'NULL') =>
  `INSERT INTO approvals (request, requester_subject, subject, slack_id, name, at, ttl_ms)
   VALUES ('${request}', '${requesterSubject}', '${subject}', 'U0X', 'X', ${T0}, ${ttlMs})`

const give = (request: string, columns: Record<string, string | number> = {}) => {
  const { expiresAt = T0 + 15 * MINUTE, entitlement = 'orders-read', state = 'granting', account = 'bob' } = columns
  return `INSERT INTO grants (id, version, state, request, requester, subject, entitlement, rule, target, account, access,
      holding, created_at, expires_at, grant_by, active_at)
    SELECT 'G-' || substr(id, 3), 1, '${state}', id, requester, subject, '${entitlement}', rule, target, '${account}',
      access, 'holding-2', ${T0}, ${expiresAt}, ${T0 + MINUTE}, NULL FROM requests WHERE id = '${request}'`
}

/** A row like another, with other values, in SQL, in some columns. */
function requestLike(like: string, change: Record<string, string>): string {
  const columns = `id, version, state, requester, subject, entitlement, target, account, access, ttl_ms, purpose,
    reason_hash, rule, approvers, quorum, digest, reason, requester_name, opened_at, lapses_at, members_at_opening,
    approved_at, extends`.split(/,\s*/)
  const values = columns.map((column) => change[column] ?? column)
  return `INSERT INTO requests (${columns.join(', ')}) SELECT ${values.join(', ')} FROM requests WHERE id = '${like}';`
}

const decideBob = `UPDATE requests SET state = 'approved', approved_at = ${T0} WHERE id = 'R-BBBBBB';`
const voicesForBob = `${approve('R-BBBBBB', 'bob@example.com', 'lee@example.com')};
  ${approve('R-BBBBBB', 'bob@example.com', 'kim@example.com')};`

const append = (columns: string, values: string, verb = 'INSERT') =>
  `${verb} INTO audit (${columns}) VALUES (${values})`
const follow = (sequence: number, previous: string) =>
  append(
    'sequence, canonical, hash',
    `${sequence}, json_object('sequence', ${sequence}, 'previous', ${previous}, 'at', 'x', 'name', 'x', 'actor', 'x'),
     printf('%064d', 7)`,
  )
const hashOf = (sequence: number) => `(SELECT hash FROM audit WHERE sequence = ${sequence})`

const oweReview = `INSERT INTO reviews (request, version, state, requester, subject, entitlement, rule, opened_at, due_at)
  VALUES ('R-AAAAAA', 1, 'owed', 'U0ANN', 'ann@example.com', 'orders-read', 'oncall-only', ${T0}, ${T0 + MINUTE})`
const fileReview = (by: string) => `${oweReview};
  UPDATE reviews SET state = 'filed', outcome = 'justified', note = 'x', filed_by = '${by}', filed_by_name = 'x',
    filed_at = ${T0};`
const pause = (id: string) =>
  `INSERT INTO pauses (id, version, at, paused_by, paused_by_name, reason) VALUES ('${id}', 1, ${T0}, 'U0SAM', 'Sam', 'x');`
const resumed = (...subjects: string[]) =>
  subjects
    .map((subject) => `INSERT INTO resume_voices (pause, subject, by, at) VALUES ('p1', '${subject}', 'U0X', ${T0});`)
    .join(' ')
const freezeAnn = `INSERT INTO freezes (key, at, frozen_by, why) VALUES ('U0ANN', ${T0}, 'U0LEE', 'looks-wrong');`

describe('the database itself refuses', () => {
  it.each<[what: string, attempt: string]>([
    ['a self-approval', approve('R-BBBBBB', 'bob@example.com', 'bob@example.com')],
    ['a self-approval under a false requester', approve('R-BBBBBB', 'eve@example.com', 'bob@example.com')],
    ['a second voice of one person', approve('R-AAAAAA', 'ann@example.com', 'lee@example.com')],
    ['an approval of no request', approve('R-CCCCCC', 'ann@example.com', 'lee@example.com')],
    ['an unknown state', `UPDATE requests SET state = 'maybe' WHERE id = 'R-BBBBBB'`],
    ['approved without its instant', `UPDATE requests SET state = 'approved' WHERE id = 'R-BBBBBB'`],
    ['pending with an instant of denial', `UPDATE requests SET denied_at = 1 WHERE id = 'R-BBBBBB'`],
    ['an instant that is none', `UPDATE requests SET lapses_at = -1 WHERE id = 'R-BBBBBB'`],
    ['text for a number', `UPDATE requests SET lapses_at = 'soon' WHERE id = 'R-BBBBBB'`],
    ['active without its instant', `UPDATE grants SET state = 'active'`],
    ['revoking without a cause', `UPDATE grants SET state = 'revoking', revoking_at = 1, round = 1`],
    ['revoked without its instant', `UPDATE grants SET state = 'revoked', cause = 'expired', revoked_by = 'x'`],
    ['something that looked wrong and was not denied', `UPDATE requests SET looks_wrong = 1 WHERE id = 'R-BBBBBB'`],
    ['a cause of a cancelling that was none', `UPDATE requests SET cancel_cause = 'leaver' WHERE id = 'R-BBBBBB'`],
    [
      'an unknown cause of a cancelling',
      `UPDATE requests SET state = 'cancelled', cancelled_at = 1, cancel_cause = 'x' WHERE id = 'R-BBBBBB'`,
    ],
    ['an approval for no time', approve('R-BBBBBB', 'bob@example.com', 'lee@example.com', '0')],
    ['a review filed by whom it is about', fileReview('U0ANN')],
    ['a review filed without an outcome', `${oweReview}; UPDATE reviews SET state = 'filed'`],
    ['two pauses at once', `${pause('p1')} ${pause('p2')}`],
    ['a freeze lifted by nobody', `${freezeAnn} UPDATE freezes SET thawed_at = 1`],
    ['a freeze for no reason that is known', freezeAnn.replace('looks-wrong', 'whim')],
    ['a second open holding of the same access', `UPDATE holdings SET account = 'ann' WHERE id = 'holding-2'`],
    ['an event whose number is not its own', follow(3, hashOf(2)).replace(`'sequence', 3`, `'sequence', 4`)],
  ])('%s', async (_, attempt) => {
    const db = await openShell()
    expect(() => db.exec(attempt)).toThrow(/CHECK|UNIQUE|FOREIGN KEY|cannot store|NOT NULL/)
  })

  it('a grant that ends before it begins, even where the request would allow it', async () => {
    const db = await openShell()
    db.exec(decideBob + voicesForBob)
    expect(() => db.exec(give('R-BBBBBB', { expiresAt: T0 }))).toThrow('CHECK')
  })

  it('a second live grant of one subject on one entitlement', async () => {
    const db = await openShell()
    db.exec(requestLike('R-AAAAAA', { id: `'R-CCCCCC'` }))
    db.exec(approve('R-CCCCCC', 'ann@example.com', 'lee@example.com'))
    const second = give('R-CCCCCC', { account: 'ann' }).replace('holding-2', 'holding-1')
    expect(() => db.exec(second)).toThrow('UNIQUE constraint failed: grants.subject, grants.entitlement')
  })

  it('a second pending request of one subject on one entitlement', async () => {
    const { store, path } = await openStore()
    await store.commit({ requests: [makeRequest(), makeRequest({ id: 'R-BBBBBB', terms: { entitlement: 'other' } })] })
    const db = shell(path)
    db.exec('DROP TRIGGER requests_keep_their_terms')
    expect(() => db.exec(`UPDATE requests SET entitlement = 'orders-read'`)).toThrow('UNIQUE')
  })
})

/** A request like an earlier one, for more time with Ann's grant. */
function askForMore(id: string, like: string, state = 'approved'): string {
  const approved_at = state === 'approved' ? String(T0) : 'NULL'
  const change = { id: `'${id}'`, state: `'${state}'`, approved_at, extends: `'G-AAAAAA'` }
  return requestLike(like, { ...change, reason_hash: `reason_hash || 'x'` })
}

/** A defence that is a trigger, what it keeps out, and what must be true before the attempt makes sense. */
const triggers: [what: string, trigger: string, attempt: string, before?: string][] = [
  ['terms that change', 'requests_keep_their_terms', `UPDATE requests SET ttl_ms = ttl_ms * 2`],
  ['a request decided twice', 'requests_are_decided_once', `UPDATE requests SET state = 'pending', approved_at = NULL`],
  ['a request deleted', 'requests_stay', `DELETE FROM requests WHERE id = 'R-BBBBBB'`],
  ['an approval changed', 'approvals_never_change', `UPDATE approvals SET subject = 'kim@example.com'`],
  ['an approval deleted', 'approvals_stay', `DELETE FROM approvals`],
  ['an approval replaced', 'approvals_stay', `REPLACE INTO approvals SELECT * FROM approvals`],
  [
    'a closed holding opened',
    'holdings_stay_closed',
    `UPDATE holdings SET closed_at = NULL`,
    `UPDATE holdings SET closed_at = 1`,
  ],
  ['preexisting asked twice', 'holdings_are_asked_once', `UPDATE holdings SET preexisting = 1 WHERE id = 'holding-1'`],
  ['a grant of a pending request', 'grants_need_an_approved_request', give('R-BBBBBB'), voicesForBob],
  ['a grant without approvals', 'grants_need_an_approved_request', give('R-BBBBBB'), decideBob],
  [
    'a grant with one voice too few',
    'grants_need_an_approved_request',
    give('R-BBBBBB'),
    `${decideBob} ${approve('R-BBBBBB', 'bob@example.com', 'lee@example.com')}`,
  ],
  [
    'a grant for longer than was asked',
    'grants_need_an_approved_request',
    give('R-BBBBBB', { expiresAt: T0 + 15 * MINUTE + 1 }),
    decideBob + voicesForBob,
  ],
  [
    'a grant of something else than was asked',
    'grants_need_an_approved_request',
    give('R-BBBBBB', { entitlement: 'orders-write' }),
    decideBob + voicesForBob,
  ],
  ['an end that moves', 'grants_keep_their_end', `UPDATE grants SET expires_at = expires_at + 1`],
  ['facts of a grant that change', 'grants_keep_their_facts', `UPDATE grants SET rule = 'oncall-auto'`],
  [
    'a grant that comes back to life',
    'grants_only_go_forward',
    `UPDATE grants SET state = 'active', active_at = 1, cause = NULL, revoked_by = NULL, revoking_at = NULL, round = NULL`,
    `UPDATE grants SET state = 'revoking', cause = 'expired', revoked_by = 'x', revoking_at = 1, round = 1`,
  ],
  ['a request that extends what another holds', 'requests_extend_their_own', askForMore('R-CCCCCC', 'R-BBBBBB')],
  [
    'another grant extended than was asked',
    'requests_keep_what_they_extend',
    `UPDATE requests SET extends = 'G-AAAAAA'`,
  ],
  ['a beginning that moves', 'grants_keep_their_beginning', `UPDATE grants SET began_at = created_at - 1`],
  [
    'a grant extended by nobody’s request',
    'grants_are_extended_by_request',
    `UPDATE grants SET extended_by = 'G-BBBBBB'`,
  ],
  [
    'a grant extended by a request that waits',
    'grants_are_extended_by_request',
    `UPDATE grants SET extended_by = 'G-CCCCCC'`,
    askForMore('R-CCCCCC', 'R-AAAAAA', 'pending'),
  ],
  ['parts of a quorum that change', 'requests_keep_their_later_terms', `UPDATE requests SET needs = '[]'`],
  ['broken glass that was none', 'requests_keep_their_later_terms', `UPDATE requests SET glass = 1`],
  ['another message that it is about', 'requests_keep_their_later_terms', `UPDATE requests SET link = 'https://x'`],
  [
    'a grant for longer than an approver agreed to',
    'grants_keep_the_shortest_time',
    give('R-BBBBBB', { expiresAt: T0 + 5 * MINUTE + 1 }),
    `${decideBob} ${approve('R-BBBBBB', 'bob@example.com', 'lee@example.com', String(5 * MINUTE))};
     ${approve('R-BBBBBB', 'bob@example.com', 'kim@example.com')}`,
  ],
  [
    'a filed review filed again',
    'reviews_are_filed_once',
    `UPDATE reviews SET outcome = 'not-justified'`,
    fileReview('U0SAM'),
  ],
  ['a review deleted', 'reviews_stay', `DELETE FROM reviews`, oweReview],
  ['a pause deleted', 'pauses_stay', `DELETE FROM pauses`, pause('p1')],
  ['a freeze deleted', 'freezes_stay', `DELETE FROM freezes`, freezeAnn],
  ['a pin deleted', 'pins_stay', `DELETE FROM pins`, `INSERT INTO pins VALUES ('U0ANN', 'ann@example.com', ${T0})`],
  [
    'a pause ended by one',
    'pauses_need_two_to_end',
    `UPDATE pauses SET ended_at = ${T0}`,
    pause('p1') + resumed('sam@example.com'),
  ],
  ['a grant deleted', 'grants_stay', `DELETE FROM grants`],
  ['an audit event with a gap before it', 'audit_is_a_chain', follow(4, hashOf(2))],
  ['an audit event that follows another than the last', 'audit_is_a_chain', follow(3, hashOf(1))],
  ['an audit event edited', 'audit_never_changes', `UPDATE audit SET canonical = replace(canonical, 'ANN', 'EVE')`],
  ['a hash edited', 'audit_never_changes', `UPDATE audit SET hash = printf('%064d', 7)`],
  ['typed text changed', 'audit_never_changes', `UPDATE audit SET text = 'other' WHERE sequence = 1`],
  ['an audit event deleted', 'audit_stays', `DELETE FROM audit WHERE sequence = 2`],
]

describe('a trigger refuses', () => {
  it.each(triggers)('%s (%s)', async (_what, _trigger, attempt, before = '') => {
    const db = await openShell()
    db.exec(before)
    expect(() => db.exec(attempt)).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_TRIGGER' }))
  })

  it.each(triggers)('and without it there would be %s (%s)', async (_what, trigger, attempt, before = '') => {
    const db = await openShell()
    db.exec(before)
    db.exec(`DROP TRIGGER ${trigger}`)
    expect(() => db.exec(attempt)).not.toThrow()
  })
})

describe('an audit event replaced', () => {
  const attempt = append(
    'sequence, canonical, hash',
    `2, json_object('sequence', 2, 'previous', ${hashOf(1)}, 'at', 'x', 'name', 'x', 'actor', 'x'), printf('%064d', 7)`,
    'INSERT OR REPLACE',
  )

  it('is refused twice: it is not the next one, and to replace is to delete', async () => {
    const db = await openShell()
    expect(() => db.exec(attempt)).toThrow('an audit event follows the last one')
    db.exec('DROP TRIGGER audit_is_a_chain')
    expect(() => db.exec(attempt)).toThrow('audit events are never deleted')
  })

  it('would pass without recursive triggers', async () => {
    const db = await openShell()
    db.exec('DROP TRIGGER audit_is_a_chain')
    db.pragma('recursive_triggers = OFF')
    expect(() => db.exec(attempt)).not.toThrow()
  })
})

describe('typed text', () => {
  it('can be erased together with its salt, and nothing else can be done to an event', async () => {
    const db = await openShell()
    db.exec('UPDATE audit SET salt = NULL, text = NULL WHERE sequence = 1')
    expect(db.prepare('SELECT text FROM audit').pluck().all()).toEqual([null, null])
    expect(() => db.exec(`UPDATE audit SET salt = 'x', text = 'x' WHERE sequence = 1`)).toThrow('never changed')
  })
})

describe('what two or more agree to is allowed', () => {
  it('a grant for the shortest time, a pause ended by two, a review filed by another, a freeze lifted', async () => {
    const db = await openShell()
    db.exec(`${decideBob} ${approve('R-BBBBBB', 'bob@example.com', 'lee@example.com', String(5 * MINUTE))};
      ${approve('R-BBBBBB', 'bob@example.com', 'kim@example.com')}; ${give('R-BBBBBB', { expiresAt: T0 + 5 * MINUTE })}`)
    db.exec(
      `${pause('p1')} ${resumed('sam@example.com', 'sue@example.com')} UPDATE pauses SET ended_at = ${T0}; ${pause('p2')}`,
    )
    db.exec(fileReview('U0SAM'))
    db.exec(`${freezeAnn} UPDATE freezes SET thawed_at = ${T0}, thawed_by = 'U0SAM'`)
  })
})
