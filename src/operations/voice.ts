import { decidesBy, decidingGroups, mayDecide } from '../core/authority.ts'
import type { Change } from '../core/change.ts'
import type { Copy } from '../core/copy.ts'
import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { matchPress } from '../core/press.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { stillHimself } from './identity.ts'
import { groupsOf, groupsWith, handoverSince, membershipIn, membershipOf } from './membership.ts'
import type { Press } from './operations.ts'
import type { Deps, Freshness } from './ports.ts'

/** Somebody who may decide about a request. */
export interface Voice {
  readonly person: Person
  /** The groups by which he may: all of them where that matters; else those of the config, if he is in one. */
  readonly groups: readonly string[]
}

/** Who presses, once it is clear that he may decide about the request. */
export async function hearDecider(
  deps: Pick<Deps, 'people'>,
  by: SlackId,
  request: Request,
  freshness: Freshness,
  now: number,
): Promise<Result<Voice>> {
  const person = await deps.people.lookUp(by, freshness)
  if (!person.ok) return person
  const listed = mayDecide(request, person.value, new Map(), now)
  if (isSettled(listed, request)) {
    return listed.ok ? accept({ person: person.value, groups: decidesBy(request, by, new Map(), now) }) : listed
  }
  const asked = decidingGroups(request, now).filter((group) => group.members === null)
  const found = await membershipIn(deps, groupsOf(asked), freshness)
  const may = mayDecide(request, person.value, found.members, now)
  if (may.ok) {
    const groups = decidesBy(request, by, found.members, now)
    return accept({ person: asOfGroups(person.value, groups, found.lastKnown), groups })
  }
  const unclear = found.failure ?? (freshness === 'lately' ? handoverSince(found, now) : undefined)
  return may.refusal.code === 'not-an-approver' && unclear ? { ok: false, refusal: unclear } : may
}

/**
 * Whether the groups of the config are enough to know: they let him in, or nothing could. Where it matters of which groups
 * he is, every one must be asked.
 */
function isSettled(listed: Result<true>, { terms }: Request): boolean {
  if (!listed.ok) return listed.refusal.code === 'self-approval'
  return terms.needs === undefined || terms.needs.length === 0
}

/** What he may by nothing but last known members is as old as they are. */
function asOfGroups(person: Person, groups: readonly string[], lastKnown: ReadonlySet<string>): Person {
  return groups.every((group) => lastKnown.has(group)) ? { ...person, asOf: 'last-known' } : person
}

/** Whether the requester, looked up afresh, is still the person he was and may still ask under the rule. */
export async function requesterStillMay(
  deps: Pick<Deps, 'clock' | 'people' | 'policy' | 'reached' | 'store'>,
  request: Request,
): Promise<Result<true>> {
  const { requester, subject, rule } = request.terms
  const person = await deps.people.lookUp(requester, 'now')
  if (!person.ok)
    return refuse(
      `requester-${person.refusal.code}`,
      `The requester cannot have access now. ${person.refusal.sentence}`,
    )
  const same = await stillHimself(deps, person.value)
  if (!same.ok || person.value.subject !== subject) {
    const next = same.ok ? 'He must ask again: deny this one.' : 'Security was told; you need do nothing.'
    return refuse(
      'requester-changed',
      `The requester’s e-mail address has changed since he asked, so this cannot be approved. ${next}`,
    )
  }
  const groups = deps.policy.rules.get(rule)?.requesters ?? []
  const { members, failure } = await membershipOf(deps, requester, groups, 'now')
  if (groupsWith(requester, members).size > 0) return accept(true)
  return failure
    ? { ok: false, refusal: failure }
    : refuse('requester-not-eligible', `The requester may no longer ask under ${rule}.`)
}

/** Home is drawn at once after a press there, and again when the target has most likely answered. */
const SETTLED_MS = 2_000

/** Whether a press came from a card of ours that shows what would be agreed to; the copy to record, if it is new. */
export async function checkPress(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  press: Press,
  request: Request,
  audience: Copy['audience'] | readonly Copy['audience'][],
) {
  const matched = matchPress(press, await store.copy(press.copy), request, audience)
  if (!matched.ok) return matched
  return accept<Change>({
    copies: matched.value.recorded ? [] : [matched.value.copy],
    effects: press.home ? [{ kind: 'home', person: press.by, dueAt: clock.now() + SETTLED_MS }] : [],
  })
}
