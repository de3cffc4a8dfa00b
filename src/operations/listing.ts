import { formatDuration } from '../core/duration.ts'
import type { AuditEvent } from '../core/event.ts'
import type { Grant } from '../core/grant.ts'
import { instant } from '../core/granting.ts'
import { grantIdOf } from '../core/ids.ts'
import type { Request } from '../core/request.ts'
import type { GrantFilter, RequestFilter } from '../core/store.ts'
import type { Deps } from './ports.ts'

/** A row of a listing: plain values under the names of the config and the design, instants as RFC 3339. */
export type Row = { readonly [column: string]: unknown }

/** Requests, newest first. */
export async function listRequests({ store }: Pick<Deps, 'store'>, filter: RequestFilter): Promise<Row[]> {
  return (await store.requests(filter)).map(requestRow)
}

/** Grants, newest first. */
export async function listGrants({ store }: Pick<Deps, 'store'>, filter: GrantFilter): Promise<Row[]> {
  return (await store.grants(filter)).map(grantRow)
}

function requestRow(request: Request): Row {
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
    approvals: approvals.map(({ subject, by, at }) => ({ approver: by, subject, at: instant(at) })),
    openedAt: instant(openedAt),
    lapsesAt: instant(lapsesAt),
    ...decisionOf(request),
  }
}

function decisionOf(request: Request): Row {
  switch (request.state) {
    case 'pending':
      return {}
    case 'approved':
      return { approvedAt: instant(request.approvedAt), grant: grantIdOf(request.id) }
    case 'denied':
      return { deniedAt: instant(request.deniedAt), deniedBy: request.by, note: request.note }
    case 'cancelled':
      return { cancelledAt: instant(request.cancelledAt) }
    case 'lapsed':
      return { lapsedAt: instant(request.lapsedAt), cause: request.cause }
  }
}

function grantRow(grant: Grant): Row {
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
    expiresAt: instant(grant.expiresAt),
    activeAt: activeAt === null ? null : instant(activeAt),
    ...(ending ? { cause: ending.cause, by: ending.by, revokingAt: instant(ending.revokingAt) } : {}),
    ...(grant.state === 'revoking' ? { stuck: grant.stuckAt !== null } : {}),
    ...(grant.state === 'revoked' ? { revokedAt: instant(grant.revokedAt), detail: grant.detail } : {}),
  }
}

/** An audit event as it is shown: what is hashed, with the text that stands beside it. */
export function eventRow({ at, ...event }: AuditEvent): Row {
  const { sequence, ...facts } = event
  return { sequence, at: instant(at), ...facts }
}
