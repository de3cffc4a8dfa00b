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
import type { BreakGlassRule, Entitlement, PeoplePolicy } from './policy.ts'
import type { PendingRequest, Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'
import type { OwedReview, Review } from './review.ts'
import { firstReminder } from './reviewing.ts'
import { checkReason, chooseTtl } from './rule-choice.ts'
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

/** What the person has already, how much he asked lately, and the reviews that he owes. */
export interface GlassHistory {
  readonly live: Grant | undefined
  readonly lastHour: number
  readonly owed: readonly Review[]
}

/** Whether somebody may break the glass now. An overdue review blocks only this, never an ordinary request. */
export function mayBreakGlass(
  { live, lastHour, owed }: GlassHistory,
  { limits, ordinary }: { readonly limits: PeoplePolicy['limits']; readonly ordinary: string },
  now: number,
): Result<true> {
  if (live) return { ok: false, refusal: alreadyHeld(live) }
  const late = owed.find(({ state, dueAt }) => state === 'owed' && dueAt <= now)
  if (late) {
    const what = `The review of ${late.request}, when you broke the glass last, has been due since ${instant(late.dueAt)}.`
    return refuse(
      'review-overdue',
      `${what} Ask the security team to file it; then you can break the glass again. It blocks nothing else: ask as usual, ${ordinary}`,
    )
  }
  if (lastHour >= limits.perHour)
    return refuse('too-many', `You asked ${lastHour} times in the last hour. Wait a little, or call an approver.`)
  return accept(true)
}

export interface GlassDraft {
  readonly id: RequestId
  readonly person: Person
  readonly entitlement: Entitlement
  readonly rule: BreakGlassRule
  readonly checked: CheckedEmergency
  readonly hash: Hash
}

/** The request as it would be stored; nobody is asked about it. Refused when its target knows no account. */
export function draftGlass(draft: GlassDraft, now: number): Result<PendingRequest> {
  const { id, person, entitlement, rule, checked, hash } = draft
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
    link: null,
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
  readonly limits: PeoplePolicy['limits']
  /** Groups of which nobody could say who is in them, so that they are not told. */
  readonly untold: readonly string[]
}

/** Takes access at once, without approval: told to everybody, and a review is owed from now on. All of it, or nothing. */
export function breakGlass({ request, rule, copies, holding, limits, untold }: Breaking, now: number): Change {
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
    { requests: [approved], copies, guards: guardsOf(request, limits, now), effects: drawAll(copies, now) },
    record(openedEvent(request)),
    record({ name: 'glass.broken', actor: terms.requester, ...about, grant: grantIdOf(id), detail: broken }),
    record({ name: 'request.approved', actor: 'system', ...about, detail: { why } }),
    beginGrant(approved, { holding }, terms.requester, now),
    oweReview(request, rule, now),
  )
}

function guardsOf({ terms: { subject } }: PendingRequest, limits: PeoplePolicy['limits'], now: number): Guard[] {
  return [
    { kind: 'requests-since-below', subject, since: now - 3_600_000, limit: limits.perHour },
    { kind: 'reviews-in-time', subject, now },
  ]
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
    { reviews: [review], effects: [{ kind: 'review', request: id, dueAt: firstReminder(now + terms.ttlMs) }] },
    record({
      name: 'review.due',
      at: now,
      actor: 'system',
      ...subjectOf(request),
      detail: { dueAt: instant(review.dueAt), reviewers: by },
    }),
  )
}

/** People are alarmed when the glass is broken more often than its rule bears; `uses` counts this one. */
export function tooOften({ name, alarm }: BreakGlassRule, uses: number, now: number): Change {
  return alarm && uses > alarm.uses ? raise({ about: 'glass', rule: name }, now) : nothing
}
