import type { Stuck } from './alarm.ts'
import type { Json } from './canonical-json.ts'
import type { Census } from './census.ts'
import type { Change, Settlement } from './change.ts'
import type { Copy } from './copy.ts'
import type { Denial } from './denial.ts'
import type { Effect } from './effect.ts'
import type { AuditEvent } from './event.ts'
import type { Freeze } from './freeze.ts'
import type { Grant } from './grant.ts'
import type { Holding } from './holding.ts'
import type { Part, Slice } from './home.ts'
import type { GrantId, RequestId, SlackId, Subject } from './ids.ts'
import type { Pause } from './pause.ts'
import type { Request } from './request.ts'
import type { Review } from './review.ts'
import type { Roster } from './roster.ts'
import type { Terms } from './terms.ts'

/** Somebody else changed what a Change was decided on: read and decide again. */
export class StaleState extends Error {
  override readonly name = 'StaleState'
}

/** What Slack sent, kept for 24 hours. */
export interface InboxRow {
  /** Unique on what Slack sent: the signature, or the envelope's id. */
  readonly id: string
  readonly kind: 'command' | 'press' | 'submission'
  readonly receivedAt: number
  readonly body: Json
  /** `null` while it is not answered. */
  readonly doneAt: number | null
  /** The sentence that answered it, for its duplicates. */
  readonly answer: string | null
}

/** One claimed attempt at an effect of the outbox. */
export interface Delivery {
  readonly id: number
  readonly effect: Effect
  readonly lane: string
  /** Attempts before this one. */
  readonly attempts: number
  readonly epoch: number
}

/** What makes two requests of one person identical. */
export type Sameness = Pick<Terms, 'subject' | 'entitlement' | 'ttlMs' | 'purpose' | 'reasonHash'>

/** The one port behind which everything is kept. Each method is one transaction; `commit` is the only one that changes states. */
export interface Store {
  /**
   * Applies all of the change or nothing; resolves only after it is durable.
   * @throws {StaleState} when a version moved, a guard fails, a unique row exists already, or the claim is void
   */
  commit(change: Change): Promise<void>

  request(id: RequestId): Promise<Request | undefined>
  grant(id: GrantId): Promise<Grant | undefined>
  holding(id: string): Promise<Holding | undefined>
  openHolding(target: string, account: string, access: Json): Promise<Holding | undefined>
  copy(id: string): Promise<Copy | undefined>
  copiesOf(request: RequestId): Promise<readonly Copy[]>

  /** The pending request that asks for the very same. */
  identicalRequest(same: Sameness): Promise<Request | undefined>
  /** The granting or active grant of a subject; of one that is being extended, the grant that goes on from it. */
  liveGrant(subject: Subject, entitlement: string): Promise<Grant | undefined>
  /** When the like of it was denied, of what was asked since then; the newest request first. */
  denials(like: Pick<Terms, 'subject' | 'entitlement' | 'purpose'>, since: number): Promise<readonly Denial[]>
  openRequests(subject: Subject): Promise<number>
  requestsSince(subject: Subject, since: number): Promise<number>
  /** Grants under a rule created since then, failed ones not counted. */
  usesSince(subject: Subject, rule: string, since: number): Promise<number>
  /** How often the glass was broken under a rule since then. */
  usesOfRule(rule: string, since: number): Promise<number>
  /** The subject that a Slack member had when he was first seen. */
  pinOf(id: SlackId): Promise<Subject | undefined>
  /** The Slack members who had this subject when they were first seen. */
  pinnedAs(subject: Subject): Promise<readonly SlackId[]>
  /** The Slack members who have a pending request, or a grant that gives access. */
  requesters(): Promise<readonly SlackId[]>
  /** Whether a Slack member is one of them. */
  hasAnything(id: SlackId): Promise<boolean>
  /** The freezes that last of somebody's names; of everybody's without any. The oldest first. */
  freezes(keys?: readonly (Subject | SlackId)[]): Promise<readonly Freeze[]>
  /** The pause that lasts. */
  pause(): Promise<Pause | undefined>
  review(request: RequestId): Promise<Review | undefined>
  /** Those due first, first. */
  reviews(filter: ReviewFilter): Promise<readonly Review[]>
  roster(group: string): Promise<Roster | undefined>
  /** What was remembered under a key. */
  note(key: string): Promise<string | undefined>
  /** A subject's grants that are not over, what ends first first; one that was extended goes on as another. */
  heldBy(subject: Subject, slice: Slice): Promise<Part<Grant>>
  /** Everybody's grants that give access, what ends first first. */
  liveGrants(slice: Slice): Promise<Part<Grant>>
  /** Grants that are called stuck, the longest first. */
  stuckRevokes(slice: Slice): Promise<Part<Grant>>
  /** A subject's pending requests, oldest first. */
  pendingOf(subject: Subject, slice: Slice): Promise<Part<Request>>
  /** Pending requests of others that may wait for somebody: he was one of the deciders, or a schedule decides. Oldest first. */
  pendingNaming(id: SlackId, limit: number): Promise<readonly Request[]>
  /** Targets of the grants that are not revoked yet. */
  liveTargets(): Promise<readonly string[]>
  /** Grants on the holding that are not revoked yet. */
  leaningOn(holding: string): Promise<readonly Grant[]>

  /** Newest first. */
  requests(filter: RequestFilter): Promise<readonly Request[]>
  grants(filter: GrantFilter): Promise<readonly Grant[]>
  /** In order of sequence. */
  events(filter: EventFilter): Promise<readonly AuditEvent[]>

  /** Granting or active grants whose end has come, the longest overdue first. */
  dueGrants(now: number, limit: number): Promise<readonly GrantId[]>
  /** Pending requests whose time to decide is over. */
  dueRequests(now: number, limit: number): Promise<readonly RequestId[]>
  /** Revoking grants not yet flagged stuck, not known to be gone, that began before the instant. */
  stuckGrants(before: number, limit: number): Promise<readonly GrantId[]>
  /**
   * Grants on a target that are called stuck and not revoked; if the target is `lost`, all that are not revoked. Names
   * up to `limit` of them.
   */
  stuckOn(target: string, which: { readonly lost: boolean; readonly limit: number }): Promise<Stuck>
  census(now: number): Promise<Census>
  /**
   * The nearest instant, of those after `after`, at which something of the above, or an effect, is due; `undefined`:
   * nothing waits.
   */
  nextDueAt(after?: number): Promise<number | undefined>

  /** Lanes in which unclaimed effects are due; those of targets are found at once, however much else waits. */
  dueLanes(now: number, only?: 'targets'): Promise<readonly string[]>
  /**
   * Claims up to `limit` due effects of a lane, revokes first, then the longest due; never two that exclude each other.
   * Only the holder of the lock may claim, and its claims end with it, so that a crash leaves none behind.
   * Of those that are no revokes at most `others`, so that hanging grants leave room for a revoke.
   */
  claim(lane: string, limit: number, now: number, others?: number): Promise<readonly Delivery[]>
  /** Ends a claim whose settlement cannot be stored; the effect is due as it was, and counts no attempt. */
  giveBack(settlement: Settlement): Promise<void>
  /** Makes the delayed effects of a lane due, after what they waited for came back. */
  hasten(lane: string, now: number): Promise<void>

  /** Stores what Slack sent before it is acknowledged; for a duplicate, the row that is there already. */
  receive(row: InboxRow): Promise<{ readonly fresh: boolean; readonly row: InboxRow }>
  inboxRow(id: string): Promise<InboxRow | undefined>
  /** Received but not answered, oldest first. */
  unanswered(): Promise<readonly InboxRow[]>
  /** Forgets inbox rows received before the instant that are answered. */
  forgetInbox(before: number): Promise<void>

  /** The audit sequence up to which a feed was told; 0 at first. */
  fedUpTo(feed: string): Promise<number>
  setFedUpTo(feed: string, sequence: number): Promise<void>
  /** The newest instant that the log holds; `undefined` for an empty one. */
  newestInstant(): Promise<number | undefined>
  /** Writes and reads a row, for readiness. */
  probe(now: number): Promise<void>
  close(): Promise<void>
}

export interface RequestFilter {
  readonly states?: readonly Request['state'][]
  readonly subject?: Subject
  readonly limit: number
}

export interface GrantFilter {
  readonly states?: readonly Grant['state'][]
  readonly subject?: Subject
  readonly limit: number
}

export interface ReviewFilter {
  readonly states?: readonly Review['state'][]
  /** Also what Slack members owe under an earlier subject who are this one now. */
  readonly subject?: Subject
  readonly limit: number
}

export interface EventFilter {
  /** Events with a greater sequence. */
  readonly after?: number
  readonly request?: RequestId
  readonly limit: number
}
