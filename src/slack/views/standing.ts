import type { Actor } from '../../core/event.ts'
import type { Grant, RevokeCause, Revoked, Revoking } from '../../core/grant.ts'
import type { CancelCause, PendingRequest, Request } from '../../core/request.ts'
import { unreachable } from '../../core/result.ts'
import { UNNAMED } from '../../core/revoking.ts'
import { escaped, instantMark, mention, unformatted } from '../markup.ts'
import { agreed, LOOKED_WRONG, progress, type Trust } from './voices.ts'

/** How things stand with a request and its grant, as every card says it. */
export interface Standing {
  /** A few words, for the header. */
  readonly headline: string
  /** A sentence or two, in Slack's markup. */
  readonly line: string
}

export function standingOf(request: Request, grant: Grant | undefined, trust: Trust = {}): Standing {
  switch (request.state) {
    case 'pending':
      return pendingStanding(request, trust)
    case 'approved':
      return grant ? grantStanding(grant, agreed(request)) : { headline: 'Approved', line: agreed(request) }
    case 'denied':
      return { headline: 'Denied', line: deniedLine(request) }
    case 'cancelled':
      return { headline: 'Cancelled', line: `${CANCELLED[request.why]}, ${instantMark(request.cancelledAt)}.` }
    case 'lapsed':
      return request.cause === 'too-late'
        ? { headline: 'Lapsed', line: `Nobody decided in time. Lapsed ${instantMark(request.lapsedAt)}.` }
        : { headline: 'Lapsed', line: 'The rules changed while it waited, so nobody can approve it any more.' }
    default:
      return unreachable(request)
  }
}

const CANCELLED: Readonly<Record<CancelCause, string>> = {
  requester: 'Cancelled by the requester',
  leaver: 'Cancelled: the requester has left',
  emergency: 'Cancelled: the requester broke the glass instead',
  disowned: 'Cancelled: an approval in it was not real. It can be asked again',
}

function pendingStanding(request: PendingRequest, trust: Trust): Standing {
  const line = `${progress(request, trust)} Lapses ${instantMark(request.lapsesAt)}.`
  return trust.frozen
    ? { headline: 'Frozen', line: `*Frozen: nobody can approve this until security has looked.* ${line}` }
    : { headline: 'Waiting for approval', line }
}

/** Whoever found that it looked wrong is never named. */
function deniedLine({ by, deniedAt, looksWrong }: Extract<Request, { state: 'denied' }>): string {
  return looksWrong ? `Denied: ${LOOKED_WRONG}` : `Denied by ${mention(by)}, ${instantMark(deniedAt)}.`
}

function grantStanding(grant: Grant, agreed: string): Standing {
  const target = escaped(grant.target)
  switch (grant.state) {
    case 'granting':
      return { headline: 'Granting…', line: `${agreed} ${target} is being told to give access.` }
    case 'active':
      return { headline: 'Active', line: `*Active until ${instantMark(grant.expiresAt)}.* ${agreed}` }
    case 'revoking':
      return said(revokingStanding(grant, target), agreed)
    case 'revoked':
      return said(revokedStanding(grant, target), agreed)
    default:
      return unreachable(grant)
  }
}

/** Who agreed stays on the card when it is over. */
function said({ headline, line }: Standing, agreed: string): Standing {
  return { headline, line: `${line} ${agreed}` }
}

function revokingStanding(grant: Revoking, target: string): Standing {
  if (grant.stuckAt !== null) {
    const line = `*Access may still be there:* ${target} has not confirmed since ${instantMark(grant.revokingAt)} that it is gone. Still trying; the security channel was told.`
    return { headline: 'STUCK: not taken away yet', line }
  }
  if (grant.cause === 'extended') return goesOn(grant, grant.revokingAt)
  if (grant.cause === 'grant-failed') {
    return { headline: 'Failed', line: `${target} did not give access. Making sure that nothing is left there…` }
  }
  return { headline: 'Taking away…', line: `${causeWords(grant)} ${target} is being told to take access away.` }
}

/** More time was given: the access is there, under another grant. */
function goesOn({ extendedBy }: Grant, since: number): Standing {
  return { headline: 'Extended', line: `Goes on as ${extendedBy} since ${instantMark(since)}.` }
}

function revokedStanding(grant: Revoked, target: string): Standing {
  if (grant.cause === 'extended') return goesOn(grant, grant.revokedAt)
  const left =
    grant.detail === 'released'
      ? ` Nothing was taken away on ${target}: the access was there before, or is still needed by another grant.`
      : ''
  if (grant.cause === 'grant-failed') {
    return { headline: 'Failed', line: `${target} did not give access.${left}` }
  }
  return { headline: 'Ended', line: `Ended ${instantMark(grant.revokedAt)}. ${causeWords(grant)}${left}` }
}

/** Why access is taken away, and by whom. */
export function causeWords({ cause, by }: { readonly cause: RevokeCause; readonly by: Actor }): string {
  switch (cause) {
    case 'expired':
      return 'Time was up.'
    case 'ended-early':
      return 'Given back early.'
    case 'revoked-by':
      return by === UNNAMED ? `Taken away: ${LOOKED_WRONG}` : `Taken away by ${actorWords(by)}.`
    case 'grant-failed':
      return 'The target did not give it.'
    case 'extended':
      return 'A longer grant took its place.'
    case 'drift':
      return 'The target no longer agreed with the record.'
    case 'leaver':
      return 'The person has left.'
    case 'rollback':
      return 'The record was set back, so nothing was kept.'
    default:
      return unreachable(cause)
  }
}

/** Who did something: a member, an operator at the command line, or the bot itself. */
export function actorWords(actor: Actor): string {
  if (actor === 'system') return 'the bot'
  return actor.startsWith('cli:') ? `operator ${unformatted(actor.slice(4))}` : mention(actor)
}
