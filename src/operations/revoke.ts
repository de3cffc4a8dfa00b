import { type Change, merge } from '../core/change.ts'
import { overAlready } from '../core/extending.ts'
import { type Grant, isLive } from '../core/grant.ts'
import { grantIdOf, type RequestId, type SlackId, type Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { decidersOf, type Group } from '../core/policy.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import { takeAway } from './amend.ts'
import { answered, commit, commitEnd, refused, retryWhenStale } from './commit.ts'
import { lookUpOf } from './deny.ts'
import { eachAlone } from './each-alone.ts'
import { endOrRefuse } from './end-or-refuse.ts'
import { glassRulesBefore } from './glass-chain.ts'
import { groupsOf, groupsWith, handoverSince, membershipOf } from './membership.ts'
import type { Order, Said } from './operations.ts'
import type { Deps, Freshness } from './ports.ts'
import { hearSecurity } from './security.ts'
import { checkPress } from './voice.ts'

type RevokeOrder = Order & { readonly reason: string }
type SweepOrder = Said & { readonly whom: SlackId | 'all'; readonly reason: string }

/** An approver of the entitlement, or somebody of the security team, takes a grant away. */
export async function revokeGrant(deps: Deps, order: RevokeOrder): Promise<void> {
  const known = await deps.store.request(order.request)
  const person = await entitled(deps, order.by, known)
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(order.request)
    const decided = person.ok ? await decide(deps, { order, request, by: person.value }, now) : person
    await endOrRefuse(deps, order, { request, decided }, now)
  })
}

/** Whether somebody may take away what a request gave, from what is cached; changes nothing. */
export async function mayRevoke(deps: Deps, by: SlackId, id: RequestId): Promise<Result<true>> {
  const person = await entitled(deps, by, await deps.store.request(id), 'lately')
  return person.ok ? accept(true) : person
}

/** Taking access away needs less than giving it: a failed look-up falls back on the last known answer. */
async function entitled(
  deps: Deps,
  by: SlackId,
  request: Request | undefined,
  freshness: Freshness = 'last-known',
): Promise<Result<Person>> {
  const approvers = request ? await revokersOf(deps, request) : []
  return memberOfAny(deps, by, [...approvers, ...deps.policy.people.security], freshness)
}

/**
 * Whoever may approve the entitlement under any rule, as it was agreed to and as it is now; and of broken glass, whoever
 * is told by name, also of what goes on from it.
 */
async function revokersOf(deps: Deps, request: Request): Promise<Group[]> {
  const { policy } = deps
  const rules = policy.entitlements.get(request.terms.entitlement)?.rules ?? []
  const now = rules.flatMap(decidersOf)
  const broken = await glassRulesBefore(deps, request.id)
  const told = broken.flatMap((rule) => policy.breakGlass.get(rule)?.notify ?? [])
  return [...now, ...told, ...groupsOf(request.terms.approvers.flatMap((step) => step.groups))]
}

async function memberOfAny(
  deps: Deps,
  by: SlackId,
  groups: readonly Group[],
  freshness: Freshness,
): Promise<Result<Person>> {
  const person = await deps.people.lookUp(by, freshness)
  if (!person.ok) return person
  const now = deps.clock.now()
  const found = await membershipOf(deps, by, groups, freshness)
  if (groupsWith(by, found.members).size > 0) return person
  const unclear = found.failure ?? (freshness === 'lately' ? handoverSince(found, now) : undefined)
  return unclear
    ? { ok: false, refusal: unclear }
    : refuse('may-not-revoke', 'Only approvers of that entitlement and the security team can revoke it.')
}

interface Decision {
  readonly order: RevokeOrder
  readonly request: Request | undefined
  readonly by: Person
}

async function decide(deps: Deps, { order, request, by }: Decision, now: number): Promise<Result<Change>> {
  const grant = await deps.store.grant(grantIdOf(order.request))
  if (!request) return refuse('no-such-request', `There is no ${order.request}.`)
  const card = order.press ? await checkPress(deps, order.press, request, ['approvers', 'glass']) : accept({})
  if (!card.ok) return card
  if (!grant) return refuse('nothing-granted', `${request.id} gave no access: it is ${request.state}.`)
  const note = checkText(order.reason, MOST_NOTE)
  if (!note.ok) return note
  if (note.value === '') return refuse('no-reason', `Say why: revoke ${grant.id} REASON.`)
  if (!isLive(grant)) return overAlready(grant)
  const ending = { cause: 'revoked-by', by: order.by, note: note.value, detail: lookUpOf(by) } as const
  const ended = await takeAway(deps, grant, ending, now)
  return accept(merge(ended, card.value, answered(order, `Taking ${grant.id} away now.`, now)))
}

/** Somebody of the security team takes away all that one person has, or all that there is. */
export async function revokePerson(deps: Deps, order: SweepOrder): Promise<void> {
  const person = await hearSecurity(deps, order.by, 'last-known')
  const note = checkText(order.reason, MOST_NOTE)
  const checked = note.ok && note.value === '' ? refuse('no-reason', 'Say why, after whom.') : note
  const allowed = person.ok ? checked : person
  if (!allowed.ok) {
    return commit(deps, refused(deps, order, allowed.refusal, { name: 'revoke.refused' }, deps.clock.now()))
  }
  const going = await grantsOf(deps, order.whom)
  const grants = going.filter(isLive)
  const failed = await eachAlone(deps, grants, ({ id }) => revokeOne(deps, id, { by: order.by, note: allowed.value }))
  const sentence = sweptSentence(going, failed) + (await openStill(deps, order.whom))
  await commit(deps, answered(order, sentence, deps.clock.now()))
}

/** One that could not be stored is named, so that it can be tried again. */
function sweptSentence(going: readonly Grant[], failed: readonly string[]): string {
  const live = going.filter(isLive).length
  if (live === 0) return going.length === 0 ? 'There is no access to take away.' : endingSentence(going)
  const begun = `Taking ${counted(live - failed.length)} away now.`
  return failed.length === 0 ? begun : `${begun} NOT begun, try again: ${failed.join(', ')}.`
}

/** Nothing was begun, yet access may still be there. */
function endingSentence(going: readonly Grant[]): string {
  const stuck = going.filter((grant) => grant.state === 'revoking' && grant.stuckAt !== null).map(({ id }) => id)
  const said = `Nothing new was begun: ${counted(going.length)} ${going.length === 1 ? 'is' : 'are'} being taken away already.`
  return stuck.length === 0 ? said : `${said} STUCK, the access may still be there: ${stuck.join(', ')}.`
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'grant' : 'grants'}`
}

/** Whoever takes everything away most likely wants that nothing is given either. */
async function openStill({ policy, store }: Pick<Deps, 'policy' | 'store'>, whom: SweepOrder['whom']): Promise<string> {
  const isOpen = whom === 'all' && (await store.pause()) === undefined
  return isOpen ? ` New access can still be given: ${policy.command} pause REASON stops that.` : ''
}

/** Every grant of a Slack member that is not over, whatever he was called then; or of everybody. */
async function grantsOf(deps: Pick<Deps, 'policy' | 'store' | 'people'>, whom: SlackId | 'all'): Promise<Grant[]> {
  const states = ['granting', 'active', 'revoking'] as const
  const going = await deps.store.grants({ states, limit: Number.MAX_SAFE_INTEGER })
  if (whom === 'all') return [...going]
  const subjects = await subjectsOf(deps, whom)
  return going.filter((grant) => grant.requester === whom || subjects.includes(grant.subject))
}

/** An address that somebody took since he was first seen may be that of another, who keeps what he has. */
async function subjectsOf(
  { policy, store, people }: Pick<Deps, 'policy' | 'store' | 'people'>,
  whom: SlackId,
): Promise<readonly Subject[]> {
  const pinned = await store.pinOf(whom)
  if (pinned !== undefined && policy.people.subject.kind === 'email') return [pinned]
  const person = await people.lookUp(whom, 'last-known')
  return [pinned, person.ok ? person.value.subject : undefined].filter((subject) => subject !== undefined)
}

/** Begins the revoke of one grant; nothing happens to one that is ending already. */
export async function revokeOne(
  deps: Pick<Deps, 'store' | 'clock' | 'reached' | 'abortGrant'>,
  id: Grant['id'],
  { by, note }: { readonly by: string; readonly note: string },
): Promise<void> {
  await retryWhenStale(async () => {
    const grant = await deps.store.grant(id)
    if (!grant) return
    await commitEnd(deps, await takeAway(deps, grant, { cause: 'revoked-by', by, note }, deps.clock.now()))
  })
}
