import type { Adapter } from '../adapters/contract.ts'
import type { EventDraft } from '../core/event.ts'
import type { GrantId, RequestId, SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Group, Policy } from '../core/policy.ts'
import type { Result } from '../core/result.ts'
import type { Store } from '../core/store.ts'
import type { Label } from './labels.ts'

/** The one source of time. Never goes back while the process lives. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * How fresh an answer about people must be: `now` is asked after the call, `lately` may be 5 minutes old,
 * `last-known` is asked now and falls back, if that fails, to an answer of up to 24 hours ago; `remembered` is such an
 * answer, and nobody is asked: good for a guess, never for a decision.
 */
export type Freshness = 'now' | 'lately' | 'last-known' | 'remembered'

/** Members of a group, with when the read began that gave them; those of the config are not read. */
export type Members = Result<readonly SlackId[]> & { readonly readAt?: number; readonly asOf?: Person['asOf'] }

/** Who somebody is, and who belongs to a group. A look-up that fails is a refusal with code `look-up-failed`. */
export interface People {
  lookUp(id: SlackId, freshness: Freshness): Promise<Result<Person>>
  members(group: Group, freshness: Freshness): Promise<Members>
  /** Whether somebody can be sent a direct message; `undefined`: not known just now. Never asked for a request. */
  reaches(id: SlackId): Promise<boolean | undefined>
}

/** On-call schedules elsewhere. */
export interface Schedules {
  /**
   * Who of a group is on call now: e-mail addresses, or Slack member ids.
   * @throws when that is not clear within a time limit
   */
  onCall(group: string): Promise<readonly string[]>
}

/** Randomness. */
export interface Ids {
  requestId(): RequestId
  /** 128 random bits in hex or base64url: copies, holdings. */
  opaque(): string
  /** From 0 to 1, for jitter. */
  fraction(): number
}

/** Whether access may be given at all just now: a public security channel or a clock that jumped stops it. */
export interface Gate {
  mayGrant(): Result<true>
}

/** Structured log; ids only, no reasons, tokens or payloads. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** The adapter of a target; `undefined` when the config has no such target any more. */
export interface Adapters {
  of(target: string): Promise<Adapter | undefined>
}

/** Who is alarmed beside Slack. */
export interface AlarmReceivers {
  readonly names: readonly string[]
  /**
   * Resolves when the receiver has taken the message; `body` is JSON.
   * @throws {AdapterError} when it has not
   */
  post(
    name: string,
    message: { readonly body: string; readonly idempotencyKey: string },
    signal: AbortSignal,
  ): Promise<void>
}

/** Counts refusals, so that a storm of presses leaves one audit event a minute and not thousands. */
export interface Refusals {
  /** Whether this is the first of its person, name, code and request within a minute, and so to be recorded now. */
  first(event: EventDraft): boolean
  /** Events that count those that came after the first, for each minute that is over by then. */
  over(now: number): readonly EventDraft[]
}

/** All that operations may need; each one names the part it uses. */
export interface Deps {
  readonly clock: Clock
  readonly store: Store
  readonly people: People
  readonly policy: Policy
  readonly ids: Ids
  readonly gate: Gate
  readonly adapters: Adapters
  readonly receivers: AlarmReceivers
  readonly refusals: Refusals
  readonly log: Log
  /** Whether the clock can be believed: it has reached what is recorded, or an operator said that it is right. */
  clockIsRight(): boolean
  /** Stops the grant call of a grant that is being ended. */
  abortGrant(id: GrantId): void
  /** Called between any two writes or calls; does nothing but in the proofs that kill the process there. */
  reached(label: Label): void
}
