import { type Change, type Guard, merge, record } from './change.ts'
import type { Actor } from './event.ts'
import type { Extension } from './extending.ts'
import type { Active, Granting } from './grant.ts'
import { type Holding, settledAt } from './holding.ts'
import { grantIdOf } from './ids.ts'
import { ttlAgreed } from './quorum.ts'
import type { Request } from './request.ts'

/** How long a grant call is tried. */
const GRANT_WITHIN_MS = 60_000

/** Whoever is given access without approval is looked up once more after this time: he may have left meanwhile. */
const LOOK_AGAIN_MS = 20_000

/** What a new grant stands on: a holding, and the grant that it extends, if it does. */
export interface Ground {
  readonly holding: Holding
  readonly extension?: Extension | undefined
}

/** An approved request's grant, with its end written down before anything happens at the target. */
export function beginGrant(request: Request, { holding, extension }: Ground, by: Actor, now: number): Change {
  const { terms } = request
  const expiresAt = Math.min(now + ttlAgreed(request), extension?.latestEnd ?? Number.POSITIVE_INFINITY)
  const grant: Granting = {
    state: 'granting',
    id: grantIdOf(request.id),
    version: 0,
    request: request.id,
    requester: terms.requester,
    subject: terms.subject,
    entitlement: terms.entitlement,
    rule: terms.rule,
    target: terms.target,
    account: terms.account,
    access: terms.access,
    holding: holding.id,
    createdAt: now,
    beganAt: extension?.of.beganAt ?? now,
    expiresAt,
    grantBy: Math.min(now + GRANT_WITHIN_MS, expiresAt),
    extendedBy: null,
  }
  return merge(
    {
      grants: [...(extension ? [{ ...extension.of, extendedBy: grant.id }] : []), grant],
      guards: mayBeGiven(terms),
      holdings: [holding], // a new version even when nothing changed: whoever is about to close it must look again
      effects: [
        { kind: 'grant', grant: grant.id, target: grant.target, holding: holding.id, dueAt: now },
        ...(terms.quorum === 0 ? [{ kind: 'left', person: terms.requester, dueAt: now + LOOK_AGAIN_MS } as const] : []),
      ],
    },
    record({ name: 'grant.begun', at: now, actor: by, ...about(grant), detail: { expiresAt: instant(expiresAt) } }),
  )
}

/** Nobody has stopped all new access, and the requester is not frozen. */
export function mayBeGiven({ subject, requester }: Pick<Granting, 'subject' | 'requester'>): Guard[] {
  return [{ kind: 'not-paused' }, { kind: 'not-frozen', keys: [subject, requester] }]
}

/** A holding that nothing leaned on before. */
export function openHolding(id: string, request: Request, now: number): Holding {
  const { target, account, access } = request.terms
  return {
    id,
    version: 0,
    target,
    account,
    access,
    openedAt: now,
    preexisting: null,
    callEndsAt: null,
    settlesAt: null,
    closedAt: null,
  }
}

/** The target was asked whether the access was there before us. */
export function notePreexisting(holding: Holding, preexisting: boolean): Change {
  return { holdings: [{ ...holding, preexisting }] }
}

/** Written before a grant call: whoever finds it after a crash knows that a call may still take effect. */
export function announceCall(holding: Holding, callEndsAt: number, quietMs: number): Change {
  const settlesAt = settledAt(holding, quietMs)
  return { holdings: [{ ...holding, callEndsAt, settlesAt: settlesAt || null }] }
}

/** The call came back with a clean yes or no, which waits for nothing; or its outcome is unknown. */
export function concludeCall(holding: Holding, outcome: 'known' | 'unknown', quietMs: number): Holding {
  const settlesAt = outcome === 'known' ? holding.settlesAt : settledAt(holding, quietMs)
  return { ...holding, callEndsAt: null, settlesAt }
}

/** The target said that the access is there. */
export function activate(grant: Granting, now: number): Change {
  const active: Active = { ...grant, state: 'active', activeAt: now }
  return merge(
    {
      grants: [active],
      redraws: [{ request: grant.request, at: now }],
      effects: [
        { kind: 'tell', person: grant.requester, request: grant.request, news: 'granted', dueAt: now },
        { kind: 'warn', grant: grant.id, person: grant.requester, dueAt: warnAt(grant) },
      ],
    },
    record({
      name: 'grant.activated',
      at: now,
      actor: 'system',
      ...about(grant),
      detail: { expiresAt: instant(grant.expiresAt) },
    }),
  )
}

/** When a fifth of the time is left. */
export function warnAt({ createdAt, expiresAt }: Pick<Granting, 'createdAt' | 'expiresAt'>): number {
  return expiresAt - Math.floor((expiresAt - createdAt) / 5)
}

/** What every event about a grant names. */
export function about(grant: Pick<Granting, 'subject' | 'entitlement' | 'request' | 'id'>) {
  return { subject: grant.subject, entitlement: grant.entitlement, request: grant.request, grant: grant.id }
}

/** RFC 3339, UTC: how instants are written wherever people or other programs read them. */
export function instant(at: number): string {
  return new Date(at).toISOString()
}
