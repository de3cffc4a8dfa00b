import type { ZodType } from 'zod'

export { AdapterError, type AdapterErrorKind } from '../core/adapter-error.ts'

/** One call to a target. Names come from the config or are derived from the grant's id; nothing that a person typed. */
export interface Call<Access> {
  readonly grantId: string
  readonly subject: string
  readonly account: string
  readonly entitlement: string
  readonly access: Access
  /** Milliseconds since 1970, UTC. */
  readonly expiresAt: number
  /** Number of the revoke intended: the same for its retries, a new one for a new intention. 0 in other calls. */
  readonly round: number
}

/** Something we manage on the target, for reconciliation. */
export interface Held {
  readonly grantId: string | null
  readonly account: string
  readonly entitlement: string | null
}

/**
 * Gives and takes access on one kind of target.
 *
 * Every call may be repeated after a crash, so each must be safe to run twice: granting held access and revoking
 * absent access both succeed. A promise that resolves means that the target confirmed it. A call whose signal is
 * aborted should stop at once; whether it took effect is then unknown.
 *
 * @throws {AdapterError} `unreachable` (try again), `rejected` (tell people), `misconfigured` (tell operators)
 */
export interface Adapter<Access = unknown> {
  /** Safe to repeat; also with a later end. */
  grant(call: Call<Access>, signal: AbortSignal): Promise<void>
  /** Safe to repeat; absent access is success; ends open sessions where the target can. */
  revoke(call: Call<Access>, signal: AbortSignal): Promise<void>
  /** What the target says now. */
  holds(call: Call<Access>, signal: AbortSignal): Promise<boolean>
  /** What we manage there. */
  list?(signal: AbortSignal): Promise<Held[]>
}

/** What the bot knows of a kind of target before it loads its code. */
export interface AdapterDefinition {
  /** As in the config's `adapter:`. */
  readonly kind: string
  readonly settings: ZodType
  readonly access: ZodType
  /** The target itself ends access at `expiresAt`. */
  readonly nativeExpiry: boolean
  /** Access is made anew for each grant (a temporary login, a certificate). */
  readonly perGrant: boolean
  /** How long access may outlive a revoke, in words for approvers; `undefined`: it does not. */
  readonly residual: string | undefined
  /** What else approvers and the requester should know, in one sentence. */
  readonly notice: string | undefined
  /** Loads the code and makes an adapter for checked settings. `now`: milliseconds since 1970, for what dates its calls. */
  open(settings: unknown, now: () => number): Promise<Adapter>
}
