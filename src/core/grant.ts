import type { Json } from './canonical-json.ts'
import type { Actor } from './event.ts'
import type { GrantId, RequestId, SlackId, Subject } from './ids.ts'

/** Why access is taken away. */
export const REVOKE_CAUSES = [
  'expired',
  'ended-early',
  'revoked-by',
  'grant-failed',
  'extended',
  'drift',
  'leaver',
  'rollback',
] as const
export type RevokeCause = (typeof REVOKE_CAUSES)[number]

/** How a grant ended: the target said that access is gone, or it was released without touching the target. */
export type RevokeDetail = 'confirmed' | 'released'

interface GrantFacts {
  readonly id: GrantId
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly request: RequestId
  readonly requester: SlackId
  readonly subject: Subject
  readonly entitlement: string
  readonly rule: string
  /** Stored, so that a vanished entitlement changes nothing for the revoke. */
  readonly target: string
  readonly account: string
  readonly access: Json
  readonly holding: string
  readonly createdAt: number
  /** Since when the access is held without a break: `createdAt`, or earlier if this grant extends another. */
  readonly beganAt: number
  /** Set once; never moves. */
  readonly expiresAt: number
  /** Until then the grant call is tried. */
  readonly grantBy: number
  /** The grant that goes on from this one; `null` if none does, or if it failed. */
  readonly extendedBy: GrantId | null
}

export type Granting = GrantFacts & { readonly state: 'granting' }
export type Active = GrantFacts & { readonly state: 'active'; readonly activeAt: number }
export type Revoking = GrantFacts & {
  readonly state: 'revoking'
  /** `null` if it never became active. */
  readonly activeAt: number | null
  readonly cause: RevokeCause
  readonly by: Actor
  readonly revokingAt: number
  /** Number of the revoke intended now; a new one after the quiet period of a grant call with unknown outcome. */
  readonly round: number
  /** When the target last said that access is gone, while a late effect is still waited for. */
  readonly goneAt: number | null
  /** When the revoke was called stuck; a flag, not a state. */
  readonly stuckAt: number | null
}
export type Revoked = GrantFacts & {
  readonly state: 'revoked'
  readonly activeAt: number | null
  readonly cause: RevokeCause
  readonly by: Actor
  readonly revokingAt: number
  readonly revokedAt: number
  readonly detail: RevokeDetail
}

/** One approved request's claim to access. */
export type Grant = Granting | Active | Revoking | Revoked

/** Whether it gives access now, or is about to. */
export function isLive(grant: Grant | undefined): grant is Granting | Active {
  return grant?.state === 'granting' || grant?.state === 'active'
}

export const GRANT_STATES = ['granting', 'active', 'revoking', 'revoked'] as const
