import { formatDuration } from '../core/duration.ts'
import type { AuditEvent } from '../core/event.ts'
import type { Grant } from '../core/grant.ts'
import { instant } from '../core/granting.ts'
import { grantIdOf, type RequestId, type Subject } from '../core/ids.ts'
import type { Approval, Request } from '../core/request.ts'
import type { Deps } from './ports.ts'

type Needs = Pick<Deps, 'store'>

/** A row of a listing: plain values under the names of the config and the design, instants as RFC 3339. */
export type Row = { readonly [column: string]: unknown }

export { formatDuration, parseDuration } from '../core/duration.ts'
export type { Grant } from '../core/grant.ts'
export { GRANT_STATES } from '../core/grant.ts'
export { parseId } from '../core/ids.ts'
export type { Remark } from '../core/remark.ts'
export { REQUEST_STATES } from '../core/request.ts'

/** What to list; no states means all of them. */
export interface ListFilter<State> {
  readonly states: readonly State[]
  readonly person: Subject | undefined
  readonly limit: number
}

/** Requests, newest first. */
export async function listRequests({ store }: Needs, filter: ListFilter<Request['state']>): Promise<Row[]> {
  return (await store.requests(narrowed(filter))).map(requestRow)
}

/** Grants, newest first. */
export async function listGrants({ store }: Needs, filter: ListFilter<Grant['state']>): Promise<Row[]> {
  return (await store.grants(narrowed(filter))).map(grantRow)
}

/** Events with a greater sequence than `after`. */
export interface EventsFilter {
  readonly after: number
  readonly request: RequestId | undefined
  readonly limit: number
}

/** Audit events in order; of one request, if one is named. */
export async function listEvents({ store }: Needs, { after, request, limit }: EventsFilter): Promise<Row[]> {
  return (await store.events({ after, limit, ...(request ? { request } : {}) })).map(eventRow)
}

function narrowed<State>({ states, person, limit }: ListFilter<State>) {
  return { limit, ...(states.length > 0 ? { states } : {}), ...(person ? { subject: person } : {}) }
}

/** A request as listings show it. */
export function requestRow(request: Request): Row {
  const { id, state, terms, reason, approvals, openedAt, lapsesAt } = request
  return {
    id,
    state,
    requester: terms.requester,
    subject: terms.subject,
    entitlement: terms.entitlement,
    target: terms.target,
    account: terms.account,
    ttl: formatDuration(terms.ttlMs),
    purpose: terms.purpose,
    reason,
    rule: terms.rule,
    quorum: terms.quorum,
    glass: terms.glass === true,
    approvals: approvals.map(approvalRow),
    extends: request.extends,
    openedAt: instant(openedAt),
    lapsesAt: instant(lapsesAt),
    ...decisionOf(request),
  }
}

function approvalRow({ subject, by, at, ttlMs }: Approval): Row {
  const shorter = ttlMs === null ? {} : { ttl: formatDuration(ttlMs) }
  return { approver: by, subject, at: instant(at), ...shorter }
}

function decisionOf(request: Request): Row {
  switch (request.state) {
    case 'pending':
      return {}
    case 'approved':
      return { approvedAt: instant(request.approvedAt), grant: grantIdOf(request.id) }
    case 'denied':
      return {
        deniedAt: instant(request.deniedAt),
        deniedBy: request.by,
        note: request.note,
        looksWrong: request.looksWrong,
      }
    case 'cancelled':
      return { cancelledAt: instant(request.cancelledAt), why: request.why }
    case 'lapsed':
      return { lapsedAt: instant(request.lapsedAt), cause: request.cause }
  }
}

/** A grant as listings show it. */
export function grantRow(grant: Grant): Row {
  const ending = grant.state === 'revoking' || grant.state === 'revoked' ? grant : undefined
  const activeAt = grant.state === 'granting' ? null : grant.activeAt
  return {
    id: grant.id,
    state: grant.state,
    request: grant.request,
    requester: grant.requester,
    subject: grant.subject,
    entitlement: grant.entitlement,
    target: grant.target,
    account: grant.account,
    access: grant.access,
    rule: grant.rule,
    createdAt: instant(grant.createdAt),
    beganAt: instant(grant.beganAt),
    extendedBy: grant.extendedBy,
    expiresAt: instant(grant.expiresAt),
    activeAt: activeAt === null ? null : instant(activeAt),
    ...(ending ? { cause: ending.cause, by: ending.by, revokingAt: instant(ending.revokingAt) } : {}),
    ...(grant.state === 'revoking' ? { stuck: grant.stuckAt !== null } : {}),
    ...(grant.state === 'revoked' ? { revokedAt: instant(grant.revokedAt), detail: grant.detail } : {}),
  }
}

/** What is hashed, with the text that stands beside it. */
function eventRow({ at, ...event }: AuditEvent): Row {
  const { sequence, ...facts } = event
  return { v: 1, sequence, at: instant(at), ...facts }
}
