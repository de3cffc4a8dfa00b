import { raise } from './alarm.ts'
import { canonicalJson } from './canonical-json.ts'
import { type Change, type Guard, merge, nothing, record } from './change.ts'
import type { Copy } from './copy.ts'
import { formatDuration } from './duration.ts'
import { alreadyHeld } from './extending.ts'
import type { Grant } from './grant.ts'
import { beginGrant, instant } from './granting.ts'
import type { Holding } from './holding.ts'
import { grantIdOf, type RequestId } from './ids.ts'
import { drawAll, openedEvent, subjectOf } from './opening.ts'
import type { Person } from './person.ts'
import type { BreakGlassRule, Entitlement } from './policy.ts'
import type { PendingRequest, Request } from './request.ts'
import { accept, type Refusal, type Result, refuse } from './result.ts'
import type { OwedReview, Review } from './review.ts'
import { firstLook } from './reviewing.ts'
import { checkReason, chooseTtl, namesInWords } from './rule-choice.ts'
import type { Hash } from './submission.ts'
import { glassTermsOf } from './terms.ts'
import { checkText, MOST_REASON } from './typed-text.ts'

/** What somebody wants who breaks the glass, as he said it. */
export interface Emergency {
  readonly ttlMs: number | undefined
  readonly purpose: string
  readonly words: string
  /** The entitlement's id, typed in full. */
  readonly confirm: string
}

/** The same, checked. */
export interface CheckedEmergency {
  readonly ttlMs: number
  readonly purpose: string
  readonly reason: string
}

/** What the glass can be broken for: every purpose that an ordinary rule of the entitlement has. */
export function glassPurposes({ rules }: Pick<Entitlement, 'rules'>): readonly string[] {
  return [...new Set(rules.flatMap((rule) => rule.purposes))]
}

/** Reads what was said under the break-glass rule. Confirmed is only what was typed in full. */
export function checkEmergency(
  entitlement: Entitlement,
  rule: BreakGlassRule,
  { ttlMs, purpose, words, confirm }: Emergency,
): Result<CheckedEmergency> {
  const purposes = glassPurposes(entitlement)
  if (!purposes.includes(purpose)) return refuse('no-purpose', `Say what for: ${purposes.join(', ')}.`)
  const ttl = chooseTtl(rule, ttlMs)
  if (!ttl.ok) return ttl
  const text = checkText(words, MOST_REASON)
  if (!text.ok) return text
  const reason = checkReason(rule, text.value)
  if (!reason.ok) return reason
  if (confirm.trim().toLowerCase() !== entitlement.id)
    return refuse('not-confirmed', `Type the name in full, to be sure that it is what you mean: ${entitlement.id}.`)
  return accept({ ttlMs: ttl.value, purpose, reason: reason.value })
}

/** What the person has already, and the overdue review that he owes. */
export interface GlassHistory {
  readonly live: Held | undefined
  readonly late: { readonly review: Review; readonly reviewers: readonly string[] } | undefined
}

/** What somebody has of it already. */
export interface Held {
  readonly grant: Grant
  /** A rule would give him more time; otherwise it ends when it ends. */
  readonly canExtend: boolean
  /** It was asked for from the very account that asks now. */
  readonly isOwn: boolean
}

/**
 * Whether somebody may break the glass now. An overdue review blocks only this, never an ordinary request. How much he
 * asked before does not count: in an emergency he may have asked often, in vain.
 */
export function mayBreakGlass(
  { live, late }: GlassHistory,
  { command, entitlement }: { readonly command: string; readonly entitlement: string },
): Result<true> {
  if (live) return { ok: false, refusal: live.canExtend ? alreadyHeld(live.grant) : heldToTheEnd(live, command) }
  if (!late) return accept(true)
  const { request, dueAt } = late.review
  const what = `The review of ${request}, when you broke the glass last, has been due since ${instant(dueAt)}.`
  return refuse(
    'review-overdue',
    `${what} Ask ${namesInWords(late.reviewers, 'or')} to file it; then you can break the glass again. It blocks nothing else: ask as usual, ${command} ${entitlement} REASON`,
  )
}

/** No rule gives him more time: what he can do is begin again. */
function heldToTheEnd({ grant, isOwn }: Held, command: string): Refusal {
  const until = instant(grant.expiresAt)
  const sentence = isOwn
    ? `You have this already: ${grant.id}, until ${until}. Then you can break the glass again. To do it now, end what you have first: ${command} end ${grant.id}`
    : `You have this already from your other Slack account: ${grant.id}, until ${until}. Then you can break the glass from here. To do it now, end it from that account first: ${command} end ${grant.id}`
  return { code: 'already-held', sentence }
}

export interface GlassDraft {
  readonly id: RequestId
  readonly person: Person
  readonly entitlement: Entitlement
  readonly rule: BreakGlassRule
  readonly checked: CheckedEmergency
  /** A message in Slack that it is about. */
  readonly link: string | undefined
  readonly hash: Hash
}

/** The request as it would be stored; nobody is asked about it. Refused when its target knows no account. */
export function draftGlass(draft: GlassDraft, now: number): Result<PendingRequest> {
  const { id, person, entitlement, rule, checked, link, hash } = draft
  const { ttlMs, purpose, reason } = checked
  const asked = { request: id, requester: person.id, subject: person.subject, ttlMs, purpose, reasonHash: hash(reason) }
  const terms = glassTermsOf(asked, entitlement, rule)
  if (!terms) return refuse('no-account', `${entitlement.target.name} knows no account for you. Ask an operator.`)
  return accept({
    state: 'pending',
    id,
    version: 0,
    terms,
    digest: hash(canonicalJson(terms)),
    reason,
    requesterName: person.name,
    extends: null,
    link: link ?? null,
    openedAt: now,
    lapsesAt: now + ttlMs, // it never waits
    membersAtOpening: {},
    knownAt: {},
    escalatedMs: 0,
    reminded: 0,
    nudges: 0,
    nudgedAt: null,
    approvals: [],
  })
}

export interface Breaking {
  readonly request: PendingRequest
  readonly rule: BreakGlassRule
  readonly copies: readonly Copy[]
  readonly holding: Holding
  /** Groups of which nobody could say who is in them, so that they are not told. */
  readonly untold: readonly string[]
}

/** Takes access at once, without approval: told to everybody, and a review is owed from now on. All of it, or nothing. */
export function breakGlass({ request, rule, copies, holding, untold }: Breaking, now: number): Change {
  const { id, terms } = request
  const approved: Request = { ...request, state: 'approved', approvedAt: now }
  const broken = {
    rule: rule.name,
    ttl: formatDuration(terms.ttlMs),
    purpose: terms.purpose,
    ...(untold.length > 0 ? { untold: untold.join(', ') } : {}),
  }
  const why = `the glass was broken under ${rule.name}`
  const about = { at: now, ...subjectOf(request) }
  return merge(
    { requests: [approved], copies, guards: [guardOf(request, now)], effects: drawAll(copies, now) },
    record(openedEvent(request)),
    record({ name: 'glass.broken', actor: terms.requester, ...about, grant: grantIdOf(id), detail: broken }),
    record({ name: 'request.approved', actor: 'system', ...about, detail: { why } }),
    beginGrant(approved, { holding }, terms.requester, now),
    oweReview(request, rule, now),
    countUse(rule, now),
  )
}

function guardOf({ terms: { subject } }: PendingRequest, now: number): Guard {
  return { kind: 'reviews-in-time', subject, now }
}

function oweReview(request: PendingRequest, rule: BreakGlassRule, now: number): Change {
  const { id, terms } = request
  const review: OwedReview = {
    state: 'owed',
    request: id,
    grant: grantIdOf(id),
    version: 0,
    requester: terms.requester,
    subject: terms.subject,
    entitlement: terms.entitlement,
    rule: rule.name,
    openedAt: now,
    dueAt: now + rule.review.withinMs,
    reminded: 0,
    overdueAt: null,
    account: '',
    accountAt: null,
  }
  const by = rule.review.by.map(({ name }) => name).join(', ')
  return merge(
    { reviews: [review], effects: [{ kind: 'review', request: id, dueAt: firstLook(now) }] },
    record({
      name: 'review.due',
      at: now,
      actor: 'system',
      ...subjectOf(request),
      detail: { dueAt: instant(review.dueAt), reviewers: by },
    }),
  )
}

/**
 * The uses of the rule are counted: the alarm is raised with every use, and whoever sounds it counts afterwards. Counted
 * here, two uses at once would not see each other.
 */
function countUse({ name, alarm }: BreakGlassRule, now: number): Change {
  return alarm ? raise({ about: 'glass', rule: name }, now) : nothing
}
