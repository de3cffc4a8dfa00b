import type { Json } from './canonical-json.ts'
import type { GrantId, RequestId, Subject } from './ids.ts'

/** Every name an audit event can have: part of the public contract. */
export const EVENT_NAMES = [
  'request.opened',
  'request.refused',
  'request.approval-recorded',
  'request.approved',
  'request.denied',
  'request.cancelled',
  'request.lapsed',
  'request.terms-changed',
  'request.reminded',
  'request.escalated',
  'approval.refused',
  'approval.disowned',
  'revoke.refused',
  'glass.broken',
  'grant.begun',
  'grant.activated',
  'grant.failed',
  'grant.revoke-begun',
  'grant.revoke-failed',
  'grant.stuck',
  'grant.revoked',
  'grant.drifted',
  'grant.extended',
  'review.due',
  'review.filed',
  'review.overdue',
  'person.frozen',
  'person.unfrozen',
  'person.subject-changed',
  'group.changed',
  'config.changed',
  'bot.paused',
  'bot.resumed',
  'clock.jumped',
  'system.started',
  'system.stopped',
  'system.rollback-detected',
  'audit.checkpointed',
] as const

export type EventName = (typeof EVENT_NAMES)[number]

/** Who did it: a Slack id, `cli:OSUSER`, or `system`. */
export type Actor = string

/** A fact to be appended to the audit log; the store adds sequence, salt, text hash and the hash of the event before. */
export interface EventDraft {
  readonly name: EventName
  readonly at: number
  readonly actor: Actor
  readonly subject?: Subject | undefined
  readonly entitlement?: string | undefined
  readonly request?: RequestId | undefined
  readonly grant?: GrantId | undefined
  /** Facts only: text that people typed goes into `text`. */
  readonly detail?: { readonly [key: string]: Json } | undefined
  /** What a person typed; kept beside the event, so that it can be erased without breaking the chain. */
  readonly text?: string | undefined
}

/** An appended event, as `audit show` prints it and the security channel tells it. */
export interface AuditEvent {
  readonly sequence: number
  readonly at: number
  readonly name: EventName
  readonly actor: Actor
  readonly subject: Subject | null
  readonly entitlement: string | null
  readonly request: RequestId | null
  readonly grant: GrantId | null
  readonly detail: { readonly [key: string]: Json }
  readonly textHash: string | null
  /** SHA-256 of the event before, hex. */
  readonly previous: string
  /** What a person typed, unless it was erased. */
  readonly text: string | null
}
