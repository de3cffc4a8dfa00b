import { canonicalJson } from './canonical-json.ts'
import { alreadyHeld } from './extending.ts'
import type { Grant } from './grant.ts'
import type { GrantId, RequestId, SlackId } from './ids.ts'
import { readLink } from './link.ts'
import type { Person } from './person.ts'
import { decidersOf, type Entitlement, type PeoplePolicy, type Rule } from './policy.ts'
import { couldBeMet, mustAgree, placesOf } from './quorum.ts'
import type { PendingRequest, Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'
import { type Choice, checkReason, chooseRule, chooseTtl, namesOf, type Standing, type Why } from './rule-choice.ts'
import { type Asked, type Terms, termsOf } from './terms.ts'
import { checkText, MOST_REASON } from './typed-text.ts'

/** SHA-256 of the text's UTF-8, hex. */
export type Hash = (text: string) => string

/** What a person asks for, checked and completed by the rule. */
export interface Wanted {
  readonly entitlement: Entitlement
  readonly choice: Choice
  readonly ttlMs: number
  readonly reason: string
}

/** Reads what was asked under the entitlement's rules. */
export function wanted(
  entitlement: Entitlement,
  asked: Why & { readonly ttlMs: number | undefined },
  standing: Standing,
): Result<Wanted> {
  const text = checkText(asked.words, Number.MAX_SAFE_INTEGER) // a purpose may stand before the reason
  if (!text.ok) return text
  const choice = chooseRule(entitlement, { purpose: asked.purpose, words: text.value }, standing)
  if (!choice.ok) return choice
  const ttl = chooseTtl(choice.value.rule, asked.ttlMs)
  if (!ttl.ok) return ttl
  const reason = checkText(choice.value.reason, MOST_REASON)
  if (!reason.ok) return reason
  const enough = checkReason(choice.value.rule, reason.value)
  if (!enough.ok) return enough
  return accept({ entitlement, choice: choice.value, ttlMs: ttl.value, reason: reason.value })
}

/** What the person has already, and how much he asked lately. */
export interface History {
  readonly pending: Request | undefined
  readonly live: Grant | undefined
  readonly open: number
  readonly lastHour: number
}

/** Whether this person may open one more request of this entitlement; `extended`: for more time with that grant. */
export function mayOpen(
  { pending, live, open, lastHour }: History,
  limits: PeoplePolicy['limits'],
  extended: GrantId | null,
): Result<true> {
  if (pending) return refuse('already-asked', `You asked for this already: ${pending.id} is waiting.`)
  if (live && live.id !== extended) return { ok: false, refusal: alreadyHeld(live) }
  if (open >= limits.open)
    return refuse('too-many-open', `You have ${open} open requests. Cancel one first: see “mine”.`)
  if (lastHour >= limits.perHour)
    return refuse('too-many', `You asked ${lastHour} times in the last hour. Wait a little.`)
  return accept(true)
}

/** Who may approve a request, as looked up when it is opened: members of the Slack user groups by group name. */
export type Membership = Readonly<{ [group: string]: readonly SlackId[] }>

export interface Opening {
  readonly id: RequestId
  readonly person: Person
  readonly wanted: Wanted
  readonly extends: GrantId | null
  readonly membership: Membership
  /** When the members of schedules were looked up, by group name. */
  readonly knownAt?: Readonly<Record<string, number>>
  /** A message in Slack that it is about. */
  readonly link?: string | undefined
  readonly hash: Hash
}

/** The request as it would be stored. Refused when its target knows no account, or too few others could approve it. */
export function draftRequest(opening: Opening, now: number): Result<PendingRequest> {
  const { id, person, wanted, membership, hash } = opening
  const { rule, purpose } = wanted.choice
  const asked: Asked = {
    request: id,
    requester: person.id,
    subject: person.subject,
    ttlMs: wanted.ttlMs,
    purpose,
    reasonHash: hash(wanted.reason),
  }
  const terms = termsOf(asked, wanted.entitlement, rule)
  if (!terms)
    return refuse('no-account', `${wanted.entitlement.target.name} knows no account for you. Ask an operator.`)
  const reached = reachable(rule, terms, membership)
  if (!reached.ok) return reached
  return accept({
    state: 'pending',
    id,
    version: 0,
    terms,
    digest: hash(canonicalJson(terms)),
    reason: wanted.reason,
    requesterName: person.name,
    extends: opening.extends,
    link: readLink(opening.link) ?? null,
    openedAt: now,
    lapsesAt: now + rule.lapseMs,
    membersAtOpening: membership,
    knownAt: opening.knownAt ?? {},
    escalatedMs: 0,
    reminded: 0,
    nudges: 0,
    nudgedAt: null,
    approvals: [],
  })
}

/** Whether others could agree at all, each for one place; better known now than after the time to decide. */
function reachable(rule: Rule, terms: Terms, membership: Membership): Result<true> {
  const { approvers, needs } = rule
  const others = [...groupsOfOthers(rule, membership, terms.requester).values()]
  if (couldBeMet(terms, others)) return accept(true)
  const whom =
    needs.length > 0 ? mustAgree({ ...rule, needs: placesOf(needs) }) : `${rule.quorum} of ${namesOf(approvers)}`
  return others.length === 0
    ? refuse('no-approver', `Nobody else in ${namesOf(approvers)} could approve this. Ask the security team.`)
    : refuse('no-approver', `Too few others could approve this: ${whom} must. Ask the security team.`)
}

/** Everybody but the requester who may approve under the rule, at once or after an escalation. */
export function othersWhoDecide(rule: Rule, membership: Membership, requester: SlackId): SlackId[] {
  return [...groupsOfOthers(rule, membership, requester).keys()]
}

/** The same people, each with the groups by which he may. */
function groupsOfOthers(rule: Rule, membership: Membership, requester: SlackId): Map<SlackId, string[]> {
  const groups = new Map<SlackId, string[]>()
  for (const { name, source } of decidersOf(rule)) {
    const ids = source.kind === 'members' ? source.members : (membership[name] ?? [])
    for (const id of ids) if (id !== requester) groups.set(id, [...(groups.get(id) ?? []), name])
  }
  return groups
}
