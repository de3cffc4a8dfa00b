import { type Change, merge, record } from './change.ts'
import { freeze } from './freezing.ts'
import type { RequestId, SlackId } from './ids.ts'
import { subjectOf } from './opening.ts'
import type { Approval, Request } from './request.ts'

/** Under what it is noted that an approval was not real. */
export function disownedNote(request: RequestId, by: SlackId): string {
  return `disowned ${request} ${by}`
}

/**
 * An approval in somebody's name was not his, so his account may be in other hands: from now on nothing counts that it
 * agrees to, until security has looked. The requester may know nothing of it, and is not frozen.
 */
export function disownApproval(request: Request, { subject, by }: Approval, now: number): Change {
  return merge(
    { notes: [{ key: disownedNote(request.id, by), value: String(now) }], redraws: [{ request: request.id, at: now }] },
    record({ name: 'approval.disowned', at: now, actor: by, ...subjectOf(request), detail: { approver: subject } }),
    freeze([subject, by], { at: now, by, why: 'disowned', request: request.id }),
  )
}
