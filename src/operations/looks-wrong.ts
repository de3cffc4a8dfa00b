import { type Change, merge } from '../core/change.ts'
import { denyRequest, stillPending } from '../core/deciding.ts'
import { freeze, keysOf } from '../core/freezing.ts'
import { isLive } from '../core/grant.ts'
import { grantIdOf } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result } from '../core/result.ts'
import { takeAway } from './amend.ts'
import { answered, commitEnd, retryWhenStale } from './commit.ts'
import { lookUpOf } from './deny.ts'
import { redrawsOf } from './identity.ts'
import type { Press } from './operations.ts'
import type { Deps } from './ports.ts'
import { noSuchRequest, refusedPress } from './refused-press.ts'
import { tellSecurity } from './tell-security.ts'
import { checkPress, hearDecider, type Voice } from './voice.ts'

/**
 * It looked wrong to an approver: it is denied, or taken away, at once; nothing is given to its requester until security
 * has looked; and security is called. Needs no more than Deny. Only the audit log names who pressed.
 */
export async function looksWrong(deps: Deps, press: Press): Promise<void> {
  const known = await deps.store.request(press.request)
  const voice = known ? await hearDecider(deps, press.by, known, 'last-known', deps.clock.now()) : noSuchRequest()
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(press.request)
    const decided = await decide(deps, { press, request, voice }, now)
    await commitEnd(deps, decided.ok ? decided.value : refusedPress(deps, press, request, decided.refusal, now))
  })
}

interface Decision {
  readonly press: Press
  readonly request: Request | undefined
  readonly voice: Result<Voice>
}

async function decide(deps: Deps, { press, request, voice }: Decision, now: number): Promise<Result<Change>> {
  if (!voice.ok) return voice
  if (!request) return noSuchRequest()
  const card = await checkPress(deps, press, request, 'approvers')
  if (!card.ok) return card
  const stopped = await stop(deps, request, voice.value.person, now)
  if (!stopped.ok) return stopped
  const sentence = `Thank you. ${stopped.value.what}, and security was told. Nobody but them learns that it was you.`
  return accept(
    merge(stopped.value.change, await frozen(deps, request, press.by, now), card.value, answered(press, sentence, now)),
  )
}

interface Stopped {
  readonly change: Change
  readonly what: string
}

async function stop(deps: Deps, request: Request, by: Person, now: number): Promise<Result<Stopped>> {
  const pending = stillPending(request, now)
  if (pending.ok) {
    const change = denyRequest(pending.value, by, { note: '', looksWrong: true }, now)
    return accept({ change, what: `${request.id} is denied` })
  }
  const grant = await deps.store.grant(grantIdOf(request.id))
  if (!isLive(grant)) return pending
  const detail = { looksWrong: true, ...lookUpOf(by) }
  const change = await takeAway(deps, grant, { cause: 'revoked-by', by: by.id, unnamed: true, detail }, now)
  return accept({ change, what: `${grant.id} is being taken away` })
}

/** The requester is frozen, under both of his names, and security is called. */
async function frozen(deps: Deps, { id, terms }: Request, by: string, now: number): Promise<Change> {
  const { subject, requester, entitlement, target } = terms
  const { command } = deps.policy
  const alert = `${id} looked wrong to somebody who was asked: ${entitlement} on ${target} for ${subject} (${requester}). It was stopped, and nothing is given to ${subject} until one of you has looked and lifts it: ${command} unfreeze @PERSON REASON. What ${subject} holds besides stays: ${command} revoke @PERSON REASON takes it away. The record here says who pressed; tell nobody.`
  return merge(
    freeze(keysOf({ subject, id: requester }), { at: now, by, why: 'looks-wrong', request: id }),
    tellSecurity(deps, alert, `${id}:looks-wrong`, now),
    await redrawsOf(deps, [subject], now),
  )
}
