import { type Change, type Guard, merge, nothing, record } from './change.ts'
import { formatDuration } from './duration.ts'
import type { Actor } from './event.ts'
import { beginGrant, type Ground } from './granting.ts'
import { subjectOf } from './opening.ts'
import type { Person } from './person.ts'
import { assess } from './quorum.ts'
import type { Approval, CancelCause, LapseCause, PendingRequest, Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'
import { mayShorten } from './shortening.ts'

/** A request that can still be decided; otherwise the sentence that says what became of it. */
export function stillPending(request: Request, now: number): Result<PendingRequest> {
  switch (request.state) {
    case 'pending':
      return request.lapsesAt > now
        ? accept(request)
        : refuse('lapsed', 'Too late: nobody decided in time. It can be asked again.')
    case 'approved':
      return refuse('approved-already', 'That was approved already.')
    case 'denied':
      return refuse('denied-already', 'That was denied already.')
    case 'cancelled':
      return refuse('cancelled-already', CANCELLED[request.why])
    case 'lapsed':
      return request.cause === 'too-late'
        ? refuse('lapsed', 'That lapsed: nobody decided in time. It can be asked again.')
        : refuse('terms-changed', 'That lapsed: the config has changed what it would give. It can be asked again.')
  }
}

const CANCELLED: Readonly<Record<CancelCause, string>> = {
  requester: 'The requester has cancelled it.',
  leaver: 'It was cancelled: the requester has left.',
  emergency: 'It was cancelled: the requester has broken the glass instead.',
  disowned: 'It was cancelled: an approval in it was not real. It can be asked again.',
}

/** How somebody agrees: as a member of which deciding groups, and for a shorter time, if at all. */
export interface Yes {
  readonly groups: readonly string[]
  readonly ttlMs: number | undefined
}

/** The request with one more voice. One human counts once, and may shorten the time but never lengthen it. */
export function addApproval(
  request: PendingRequest,
  by: Person,
  { groups, ttlMs }: Yes,
  now: number,
): Result<PendingRequest> {
  if (request.approvals.some((approval) => approval.subject === by.subject || approval.by === by.id)) {
    return refuse('approved-by-you', 'You approved this already: somebody else must agree too.')
  }
  const shorter = ttlMs === undefined ? accept(0) : mayShorten(request, ttlMs, 1)
  if (!shorter.ok) return shorter
  const approval: Approval = { subject: by.subject, by: by.id, name: by.name, at: now, groups, ttlMs: ttlMs ?? null }
  return accept({ ...request, approvals: [...request.approvals, approval] })
}

/** Stores an approval that does not reach the quorum yet. `request` has the approval in it. */
export function recordApproval(request: PendingRequest, by: Actor, now: number): Change {
  return merge({ requests: [request], redraws: [{ request: request.id, at: now }] }, approvalEvent(request, by, now))
}

/** Stores the approval that reaches the quorum, together with the grant: approved without a grant never exists. */
export function approveRequest(
  request: PendingRequest,
  { guards, ...ground }: Ground & { readonly guards: readonly Guard[] },
  by: Actor,
  now: number,
): Change {
  const approved: Request = { ...request, state: 'approved', approvedAt: now }
  return merge(
    { requests: [approved], guards, redraws: [{ request: request.id, at: now }] },
    approvalEvent(request, by, now),
    record({
      name: 'request.approved',
      at: now,
      actor: by,
      ...subjectOf(request),
      detail: { why: assess(request).why },
    }),
    beginGrant(approved, ground, by, now),
  )
}

function approvalEvent(request: PendingRequest, actor: Actor, now: number): Change {
  const shorter = request.approvals.at(-1)?.ttlMs ?? null
  return record({
    name: 'request.approval-recorded',
    at: now,
    actor,
    ...subjectOf(request),
    detail: { why: assess(request).why, ...(shorter === null ? {} : { shortened: formatDuration(shorter) }) },
  })
}

/** One deny is final. `looksWrong`: whoever denies is not named in public. */
export function denyRequest(
  request: PendingRequest,
  by: Person,
  { note, looksWrong }: { readonly note: string; readonly looksWrong: boolean },
  now: number,
): Change {
  return merge(
    {
      requests: [{ ...request, state: 'denied', deniedAt: now, by: by.id, byName: by.name, note, looksWrong }],
      redraws: [{ request: request.id, at: now }],
      effects: [{ kind: 'tell', person: request.terms.requester, request: request.id, news: 'denied', dueAt: now }],
    },
    record({
      name: 'request.denied',
      at: now,
      actor: by.id,
      ...subjectOf(request),
      detail: {
        ...(looksWrong ? { looksWrong } : {}),
        ...(by.asOf === 'last-known' ? { lookUp: 'last-known' } : {}),
      },
      text: note === '' ? undefined : note,
    }),
  )
}

/** The requester takes it back, or it is taken back for him. */
export function cancelRequest(request: PendingRequest, now: number, why: CancelCause = 'requester'): Change {
  return merge(
    {
      requests: [{ ...request, state: 'cancelled', cancelledAt: now, why }],
      redraws: [{ request: request.id, at: now }],
    },
    record({
      name: 'request.cancelled',
      at: now,
      actor: why === 'requester' || why === 'emergency' ? request.terms.requester : 'system',
      ...subjectOf(request),
      detail: why === 'requester' ? {} : { why },
    }),
  )
}

/** Nobody decided in time, or what would be agreed to has changed. Nothing happens to a request that is decided. */
export function lapseRequest(request: Request, cause: LapseCause, now: number): Change {
  if (request.state !== 'pending') return nothing
  if (cause === 'too-late' && request.lapsesAt > now) return nothing
  const news = cause === 'too-late' ? 'lapsed' : 'terms-changed'
  return merge(
    {
      requests: [{ ...request, state: 'lapsed', lapsedAt: now, cause }],
      redraws: [{ request: request.id, at: now }],
      effects: [{ kind: 'tell', person: request.terms.requester, request: request.id, news, dueAt: now }],
    },
    record({ name: `request.${news}`, at: now, actor: 'system', ...subjectOf(request) }),
  )
}
