import type { Copy } from '../../src/core/copy.ts'
import type { EventDraft } from '../../src/core/event.ts'
import type { Granting } from '../../src/core/grant.ts'
import type { Holding } from '../../src/core/holding.ts'
import { grantIdOf, type RequestId } from '../../src/core/ids.ts'
import type { Approval, PendingRequest, Request } from '../../src/core/request.ts'
import type { InboxRow } from '../../src/core/store.ts'
import type { Terms } from '../../src/core/terms.ts'

export const T0 = Date.UTC(2026, 10, 22, 3, 0, 0)
export const MINUTE = 60_000

export const ACCESS = { role: 'orders_read', schemas: ['public'] }

function makeTerms(terms: Partial<Terms> = {}): Terms {
  return {
    request: 'R-AAAAAA',
    requester: 'U0ANN',
    subject: 'ann@example.com',
    entitlement: 'orders-read',
    target: 'orders-db',
    account: 'ann',
    access: ACCESS,
    ttlMs: 15 * MINUTE,
    purpose: 'incident',
    reasonHash: 'c0ffee',
    rule: 'one-lead',
    approvers: [{ afterMs: 0, groups: [{ name: 'leads', members: ['U0LEE'], usergroup: null }] }],
    quorum: 1,
    ...terms,
  }
}

type Given = Partial<Omit<PendingRequest, 'terms'>> & { readonly terms?: Partial<Terms> }

export function makeRequest(given: Given = {}): PendingRequest {
  const id = given.id ?? 'R-AAAAAA'
  return {
    version: 0,
    digest: 'd1935',
    reason: 'INC-42 replica lag',
    requesterName: 'Ann',
    extends: null,
    link: null,
    knownAt: {},
    escalatedMs: 0,
    reminded: 0,
    nudges: 0,
    nudgedAt: null,
    openedAt: T0,
    lapsesAt: T0 + 15 * MINUTE,
    membersAtOpening: { leads: ['U0LEE'] },
    approvals: [],
    state: 'pending',
    ...given,
    id,
    terms: makeTerms({ request: id, ...given.terms }),
  }
}

export function makeApproval(approval: Partial<Approval> = {}): Approval {
  return {
    subject: 'lee@example.com',
    by: 'U0LEE',
    name: 'Lee',
    at: T0 + MINUTE,
    groups: ['leads'],
    ttlMs: null,
    ...approval,
  }
}

/** As the Change that reaches the quorum has it. */
export function approved(request: PendingRequest, approvals: readonly Approval[] = [makeApproval()]): Request {
  return { ...request, state: 'approved', approvals, approvedAt: T0 + MINUTE }
}

export function makeHolding(holding: Partial<Holding> = {}): Holding {
  return {
    id: 'holding-1',
    version: 0,
    target: 'orders-db',
    account: 'ann',
    access: ACCESS,
    openedAt: T0 + MINUTE,
    preexisting: null,
    callEndsAt: null,
    settlesAt: null,
    closedAt: null,
    ...holding,
  }
}

/** The grant that a request leads to. */
export function makeGrant(request: Request = makeRequest(), grant: Partial<Granting> = {}): Granting {
  const { requester, subject, entitlement, rule, target, account, access, ttlMs } = request.terms
  const createdAt = grant.createdAt ?? T0 + MINUTE
  return {
    id: grantIdOf(request.id),
    version: 0,
    request: request.id,
    requester,
    subject,
    entitlement,
    rule,
    target,
    account,
    access,
    holding: 'holding-1',
    createdAt,
    beganAt: createdAt,
    expiresAt: createdAt + ttlMs,
    grantBy: createdAt + MINUTE,
    extendedBy: null,
    state: 'granting',
    ...grant,
  }
}

export function makeCopy(copy: Partial<Copy> = {}): Copy {
  return {
    id: 'copy-1',
    version: 0,
    request: 'R-AAAAAA',
    audience: 'approvers',
    destination: 'C0REQUESTS',
    channel: null,
    ts: null,
    thread: null,
    stepMs: 0,
    failed: null,
    ...copy,
  }
}

export function makeInboxRow(row: Partial<InboxRow> = {}): InboxRow {
  return {
    id: 'envelope-1',
    kind: 'command',
    receivedAt: T0,
    body: { text: 'orders-read 15m' },
    doneAt: null,
    answer: null,
    ...row,
  }
}

export function makeEvent(event: Partial<EventDraft> = {}): EventDraft {
  return { name: 'request.opened', at: T0, actor: 'U0ANN', ...event }
}

/** `R-000000`, `R-000001` … */
export function nthId(n: number): RequestId {
  return `R-${String(n).padStart(6, '0')}`
}
