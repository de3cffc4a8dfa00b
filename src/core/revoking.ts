import { raise } from './alarm.ts'
import { type Change, merge, nothing, record } from './change.ts'
import type { Actor } from './event.ts'
import type { Grant, RevokeCause, Revoked, Revoking } from './grant.ts'
import { about, instant } from './granting.ts'
import type { Holding } from './holding.ts'
import { unreachable } from './result.ts'

/** Why a grant ends, by whom, and what he typed about it. */
export interface Ending {
  readonly cause: RevokeCause
  readonly by: Actor
  readonly note?: string | undefined
  readonly detail?: { readonly [key: string]: string | boolean } | undefined
  /** Nobody is to read on a card who it was: only the event says it. */
  readonly unnamed?: true
}

/** Stands in a grant for somebody who is named in the audit log only. */
export const UNNAMED: Actor = 'unnamed'

/** Begins taking access away. Asking twice is harmless. */
export function beginRevoke(grant: Grant, ending: Ending, now: number): Change {
  switch (grant.state) {
    case 'granting': // the target may have said yes already, so it must still be told no
    case 'active':
      return merge(
        {
          grants: [revoking(grant, ending, now)],
          effects: [revokeEffect(grant, now)],
          redraws: [{ request: grant.request, at: now }],
        },
        record({
          name: 'grant.revoke-begun',
          at: now,
          actor: ending.by,
          ...about(grant),
          detail: { cause: ending.cause, ...ending.detail },
          text: ending.note,
        }),
      )
    case 'revoking':
    case 'revoked':
      return nothing
    default:
      return unreachable(grant)
  }
}

function revoking(
  grant: Extract<Grant, { state: 'granting' | 'active' }>,
  { cause, by, unnamed }: Ending,
  now: number,
): Revoking {
  const activeAt = grant.state === 'active' ? grant.activeAt : null
  return {
    ...grant,
    state: 'revoking',
    activeAt,
    cause,
    by: unnamed ? UNNAMED : by,
    revokingAt: now,
    round: 1,
    goneAt: null,
    stuckAt: null,
  }
}

export function revokeEffect({ id, target, holding }: Grant, dueAt: number) {
  return { kind: 'revoke', grant: id, target, holding, dueAt } as const
}

/** Time is up. Before that, and for a grant that is ending already, nothing happens. */
export function expire(grant: Grant, now: number): Change {
  return grant.expiresAt <= now ? beginRevoke(grant, { cause: 'expired', by: 'system' }, now) : nothing
}

/** Why a target gave no access. */
export interface GrantFailure {
  readonly code: string
  readonly why: string
}

/** Gives up granting. The target may have half-succeeded, so access is taken away like any other. */
export function failGrant(grant: Grant, failure: GrantFailure, extended: Grant | undefined, now: number): Change {
  const begun = beginRevoke(grant, { cause: 'grant-failed', by: 'system' }, now)
  if (begun === nothing) return nothing
  return merge(
    record({ name: 'grant.failed', at: now, actor: 'system', ...about(grant), detail: { ...failure } }),
    begun,
    {
      effects: [
        {
          kind: 'say',
          person: grant.requester,
          sentence: extended ? notExtendedSentence(extended, failure) : failedSentence(grant, failure),
          key: `${grant.id}:failed`,
          dueAt: now,
        },
      ],
    },
  )
}

function notExtendedSentence({ id, entitlement, expiresAt }: Grant, { why }: GrantFailure): string {
  return `You got no more time for ${entitlement}. ${stopped(why)} What you have ends as before: ${id}, at ${instant(expiresAt)}.`
}

function failedSentence(grant: Grant, { code, why }: GrantFailure): string {
  const told = Object.hasOwn(NEXT, code) ? NEXT[code] : 'You can ask again.'
  return `${grant.request}: you did not get ${grant.entitlement}. ${stopped(why)} ${told}`
}

/** What whoever got nothing does next, by the code of the failure. */
const NEXT: Readonly<Record<string, string>> = {
  misconfigured: 'The operators must mend this.',
  paused: 'Ask again when access is given again, or ask the security team if it cannot wait.',
  frozen: 'They were told; ask them.',
}

/** With a full stop, which the words of a target may lack. */
function stopped(why: string): string {
  const words = why.trim()
  return /[.!?…]$/.test(words) ? words : `${words}.`
}

/**
 * What to do with a grant whose time to go has come. `released`: the access was there before us, was never given, or
 * is needed by another grant, so the target is left alone.
 */
export function wayOut(holding: Holding, needed: boolean): 'at-target' | 'released' {
  return holding.preexisting !== false || needed ? 'released' : 'at-target'
}

/** The target said that access is gone, but a grant call with unknown outcome may still land: revoke again then. */
export function awaitLateEffect(grant: Revoking, now: number): Change {
  return { grants: [{ ...grant, goneAt: grant.goneAt ?? now, round: grant.round + 1 }] }
}

/** The only way to `revoked`. Closes the holding when nothing leans on it any more. */
export function finishRevoke(
  grant: Revoking,
  holding: Holding,
  { detail, last }: { detail: Revoked['detail']; last: boolean },
  now: number,
): Change {
  const { stuckAt: _stuck, goneAt: _gone, round: _round, ...facts } = grant
  return merge(
    {
      grants: [{ ...facts, state: 'revoked', revokedAt: now, detail }],
      holdings: [last ? { ...holding, callEndsAt: null, closedAt: now } : holding],
      redraws: [{ request: grant.request, at: now }],
      effects:
        grant.activeAt === null || grant.cause === 'extended' // the access goes on
          ? []
          : [{ kind: 'tell', person: grant.requester, request: grant.request, news: 'ended', dueAt: now }],
    },
    record({
      name: 'grant.revoked',
      at: now,
      actor: 'system',
      ...about(grant),
      detail: { cause: grant.cause, detail },
    }),
  )
}

/**
 * A revoke has been failing too long, or cannot work as things are: said loudly, again and again, and still retried for
 * ever. Flagged twice it is told once.
 */
export function flagStuck(grant: Grant, now: number): Change {
  if (grant.state !== 'revoking' || grant.stuckAt !== null || grant.goneAt !== null) return nothing
  const told = { kind: 'tell', person: grant.requester, request: grant.request, news: 'stuck', dueAt: now } as const
  return merge(
    {
      grants: [{ ...grant, stuckAt: now }],
      redraws: [{ request: grant.request, at: now }],
      effects: grant.activeAt === null || grant.cause === 'extended' ? [] : [told],
    },
    record({ name: 'grant.stuck', at: now, actor: 'system', ...about(grant), detail: { cause: grant.cause } }),
    raise({ about: 'stuck', target: grant.target }, now),
  )
}
