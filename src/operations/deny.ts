import { type Change, merge } from '../core/change.ts'
import { denyRequest, stillPending } from '../core/deciding.ts'
import { isLive } from '../core/grant.ts'
import { grantIdOf } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result } from '../core/result.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import { takeAway } from './amend.ts'
import { answered, commitEnd, retryWhenStale } from './commit.ts'
import type { Press } from './operations.ts'
import type { Deps } from './ports.ts'
import { noSuchRequest, refusedPress } from './refused-press.ts'
import { checkPress, hearDecider, type Voice } from './voice.ts'

type Denial = Press & { readonly note: string }

/** An approver pressed Deny and said why. On a request that was approved already, this takes the access away. */
export async function deny(deps: Deps, press: Denial): Promise<void> {
  const known = await deps.store.request(press.request)
  const voice = known ? await hearDecider(deps, press.by, known, 'last-known', deps.clock.now()) : noSuchRequest()
  const note = checkText(press.note, MOST_NOTE)
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(press.request)
    const decided = await decide(deps, { press, request, voice, note }, now)
    await commitEnd(deps, decided.ok ? decided.value : refusedPress(deps, press, request, decided.refusal, now))
  })
}

interface Decision {
  readonly press: Press
  readonly request: Request | undefined
  readonly voice: Result<Voice>
  readonly note: Result<string>
}

async function decide(deps: Deps, decision: Decision, now: number): Promise<Result<Change>> {
  const { press, request, voice, note } = decision
  if (!voice.ok) return voice
  if (!request) return noSuchRequest()
  if (!note.ok) return note
  const card = await checkPress(deps, press, request, 'approvers')
  if (!card.ok) return card
  const pending = stillPending(request, now)
  if (pending.ok) {
    return accept(
      merge(
        denyRequest(pending.value, voice.value.person, { note: note.value, looksWrong: false }, now),
        card.value,
        answered(press, `Denied ${request.id}.`, now),
      ),
    )
  }
  const grant = await deps.store.grant(grantIdOf(request.id))
  if (!isLive(grant)) return pending
  const ending = { cause: 'revoked-by', by: press.by, note: note.value, detail: lookUpOf(voice.value.person) } as const
  const revoke = await takeAway(deps, grant, ending, now)
  return accept(
    merge(revoke, card.value, answered(press, `${grant.id} was approved already: it is being taken away.`, now)),
  )
}

/** A look-up that fell back on an older answer is recorded as such. */
export function lookUpOf(by: Person): { readonly [key: string]: string } {
  return by.asOf === 'last-known' ? { lookUp: 'last-known' } : {}
}
