import { type Change, merge, nothing, record } from './change.ts'
import { formatDuration } from './duration.ts'
import { type Active, type Grant, type Granting, isLive } from './grant.ts'
import { about, instant } from './granting.ts'
import type { RequestId, Subject } from './ids.ts'
import type { Rule } from './policy.ts'
import { accept, type Refusal, type Result, refuse } from './result.ts'
import { beginRevoke, type Ending } from './revoking.ts'

/** What makes a new grant an extension. */
export interface Extension {
  readonly of: Active
  /** Access ends no later, whatever was asked; `undefined`: the rule bounds no total. */
  readonly latestEnd: number | undefined
}

/** More time for a grant under a rule, which bounds how long it may be held in all. */
export function extensionOf(of: Active, { ttl }: Pick<Rule, 'ttl'>): Extension {
  return { of, latestEnd: ttl.maxTotalMs === undefined ? undefined : of.beganAt + ttl.maxTotalMs }
}

/** The grant that more time is wanted for. Refused unless it is active and nothing goes on from it yet. */
export function extendable(grant: Grant | undefined, request: RequestId): Result<Active> {
  if (!grant) return refuse('nothing-granted', `${request} gave no access, so there is nothing to extend.`)
  if (grant.extendedBy !== null)
    return refuse('extended-already', `${grant.id} was extended already: ${grant.extendedBy} goes on from it.`)
  if (grant.state === 'granting')
    return refuse('not-active', `${grant.id} is being given just now. Try again in a moment.`)
  return grant.state === 'active' ? accept(grant) : refuse('ended-already', `${grant.id} has ended: ask again instead.`)
}

/** How to ask for as much time again, as it is typed after the command. */
export function extendWords({ id, createdAt, expiresAt }: Pick<Grant, 'id' | 'createdAt' | 'expiresAt'>): string {
  return `extend ${id} ${formatDuration(toGrain(expiresAt - createdAt, Math.floor))} REASON`
}

/** The answer to whoever asks for what he holds: an offer of more time. */
export function alreadyHeld(grant: Grant): Refusal {
  const sentence = `You have this already: ${grant.id}, until ${instant(grant.expiresAt)}. For more time press “Extend” on its card, or type the command with: ${extendWords(grant)}`
  return { code: 'already-held', sentence }
}

/** Whether the rule leaves any more time. A yes that comes late gives less than was asked, and never more in all. */
export function leavesTime({ of, latestEnd }: Extension): Result<true> {
  if (latestEnd === undefined || latestEnd > of.expiresAt) return accept(true)
  return refuse(
    'max-total',
    `${of.entitlement} cannot be held for longer without a break: it ends ${instant(of.expiresAt)}.`,
  )
}

/** Whether a length, counted from now, gives the same person more time, and not more than may be had in all. */
export function mayExtend(
  extension: Extension,
  { subject, ttlMs }: { readonly subject: Subject; readonly ttlMs: number },
  now: number,
): Result<true> {
  const { of, latestEnd } = extension
  if (subject !== of.subject)
    return refuse('another-address', `${of.id} was given to ${of.subject}. When it has ended, ask for it again.`)
  const left = leavesTime(extension)
  if (!left.ok) return left
  if (latestEnd !== undefined && now + ttlMs > latestEnd)
    return refuse(
      'ttl',
      `Without a break it may be held until ${instant(latestEnd)}: ask for at most ${formatDuration(toGrain(latestEnd - now, Math.floor))}.`,
    )
  if (now + ttlMs <= of.expiresAt)
    return refuse(
      'ttl',
      `You have it until ${instant(of.expiresAt)} anyhow. The length counts from now: ask for more than ${formatDuration(toGrain(of.expiresAt - now, Math.ceil))}.`,
    )
  return accept(true)
}

/** To whole minutes, or to seconds where minutes would say nothing. */
export function toGrain(ms: number, round: (value: number) => number): number {
  const grain = ms >= 120_000 ? 60_000 : 1_000
  return Math.max(1, round(ms / grain)) * grain
}

/** The new grant is active: the one that it extends ends, and its access stays with the new one. */
export function endExtended(extended: Grant, by: Grant, now: number): Change {
  const revoke = beginRevoke(extended, { cause: 'extended', by: 'system' }, now)
  if (revoke === nothing) return nothing
  const detail = { extendedBy: by.id, expiresAt: instant(by.expiresAt) }
  return merge(record({ name: 'grant.extended', at: now, actor: 'system', ...about(extended), detail }), revoke)
}

/** The new grant failed: the one that it would have extended ends as it would have, and can be extended again. */
export function keepExtended(extended: Grant, now: number): Change {
  if (!isLive(extended)) return nothing
  return { grants: [{ ...extended, extendedBy: null }], redraws: [{ request: extended.request, at: now }] }
}

/** The answer to whoever wants a grant gone that is ending or has ended; what goes on from it is named. */
export function overAlready(grant: Exclude<Grant, Active | Granting>): Result<never> {
  if (grant.cause === 'extended' && grant.extendedBy !== null)
    return refuse('extended-already', `${grant.id} was extended: ${grant.extendedBy} goes on from it. End that one.`)
  return grant.state === 'revoking'
    ? refuse('ending-already', `${grant.id} is being taken away already.`)
    : refuse('ended-already', `${grant.id} has ended already.`)
}

/** Ends a grant for somebody who wants the access gone: the grant that it extends, or that extends it, ends with it. */
export function endAccess(grant: Grant, others: readonly Grant[], ending: Ending, now: number): Change {
  const own = beginRevoke(grant, ending, now)
  if (own === nothing) return nothing
  const kin = others.filter((other) => other.extendedBy === grant.id || grant.extendedBy === other.id)
  return merge(own, ...kin.map((other) => beginRevoke(other, ending, now)))
}
