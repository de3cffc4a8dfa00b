import { type Asks, nextAskAt } from './asking.ts'
import { type Change, type Guard, merge, record } from './change.ts'
import type { Copy } from './copy.ts'
import { formatDuration } from './duration.ts'
import type { Effect } from './effect.ts'
import type { EventDraft } from './event.ts'
import { keysOf } from './freezing.ts'
import { beginGrant, type Ground } from './granting.ts'
import type { Person } from './person.ts'
import type { PeoplePolicy, Rule } from './policy.ts'
import type { PendingRequest, Request } from './request.ts'

/** Stores a request that people decide about, and posts its cards; with `asks`, others are asked when nobody decides. */
export function openRequest(
  request: PendingRequest,
  copies: readonly Copy[],
  guards: readonly Guard[],
  asks?: Asks,
): Change {
  const effects = [...drawAll(copies, request.openedAt), ...(asks ? asksOn(request, copies, asks) : [])]
  return merge({ requests: [request], copies, guards, effects }, record(openedEvent(request)))
}

/** Comes back when the first thing is due: at once where nobody could be asked. Nothing where nothing ever is. */
function asksOn(request: PendingRequest, copies: readonly Copy[], asks: Asks): Effect[] {
  const nobody = asks.escalate.length > 0 && !copies.some(({ audience }) => audience === 'approvers')
  const dueAt = nobody ? request.openedAt : nextAskAt(request, asks, request.openedAt)
  return dueAt === undefined ? [] : [{ kind: 'ask', request: request.id, dueAt }]
}

/** Stores a request that needs nobody's yes, together with its grant. */
export function openGranted(
  request: PendingRequest,
  copies: readonly Copy[],
  guards: readonly Guard[],
  ground: Ground,
): Change {
  const now = request.openedAt
  const approved: Request = { ...request, state: 'approved', approvedAt: now }
  return merge(
    { requests: [approved], copies, guards, effects: drawAll(copies, now) },
    record(openedEvent(request)),
    record({
      name: 'request.approved',
      at: now,
      actor: 'system',
      ...subjectOf(request),
      detail: { why: `${request.terms.rule} needs nobody’s approval` },
    }),
    beginGrant(approved, ground, 'system', now),
  )
}

/** Facts that must still hold when the request is stored. */
export function openingGuards(person: Person, rule: Rule, limits: PeoplePolicy['limits'], now: number): Guard[] {
  const { subject } = person
  return [
    { kind: 'open-requests-below', subject, limit: limits.open },
    { kind: 'requests-since-below', subject, since: now - 3_600_000, limit: limits.perHour },
    { kind: 'not-frozen', keys: keysOf(person) },
    ...usesGuard(rule, subject, now),
  ]
}

/** The rule's limit on grants, as a guard. */
export function usesGuard(rule: Rule, subject: string, now: number): Guard[] {
  const { limit, name } = rule
  return limit ? [{ kind: 'uses-below', subject, rule: name, since: now - limit.perMs, limit: limit.uses }] : []
}

/** Posts cards. */
export function drawAll(copies: readonly Copy[], dueAt: number) {
  return copies.map(({ id, destination }) => ({ kind: 'draw', copy: id, destination, dueAt }) as const)
}

/** Somebody asked. */
export function openedEvent(request: PendingRequest): EventDraft {
  const { terms } = request
  return {
    name: 'request.opened',
    at: request.openedAt,
    actor: terms.requester,
    ...subjectOf(request),
    detail: {
      rule: terms.rule,
      purpose: terms.purpose,
      ttl: formatDuration(terms.ttlMs),
      quorum: terms.quorum,
      target: terms.target,
      account: terms.account,
      digest: request.digest,
      ...(request.extends === null ? {} : { extends: request.extends }),
    },
    text: request.reason,
  }
}

/** What every event about a request names. */
export function subjectOf({ id, terms }: Pick<Request, 'id' | 'terms'>) {
  return { subject: terms.subject, entitlement: terms.entitlement, request: id }
}
