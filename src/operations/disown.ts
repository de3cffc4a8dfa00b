import { type Change, merge, nothing } from '../core/change.ts'
import { cancelRequest } from '../core/deciding.ts'
import { disownApproval, disownedNote } from '../core/disowning.ts'
import { type Grant, isLive } from '../core/grant.ts'
import { type GrantId, grantIdOf } from '../core/ids.ts'
import type { Approval, Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { takeAway } from './amend.ts'
import { answered, commitEnd, retryWhenStale } from './commit.ts'
import { redrawsOf } from './identity.ts'
import type { Press } from './operations.ts'
import type { Deps } from './ports.ts'
import { refusedPress } from './refused-press.ts'
import { tellSecurity } from './tell-security.ts'
import { checkPress } from './voice.ts'

/**
 * “That was not me”: an approval in somebody's name is not his. Only whoever that approval names may say so, and nothing
 * else about him is asked: it takes access away, and his account may be what was stolen.
 */
export async function disown(deps: Deps, press: Press): Promise<void> {
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(press.request)
    const decided = await decide(deps, press, request, now)
    await commitEnd(deps, decided.ok ? decided.value : refusedPress(deps, press, request, decided.refusal, now))
  })
}

async function decide(deps: Deps, press: Press, request: Request | undefined, now: number): Promise<Result<Change>> {
  const approval = request?.approvals.find(({ by }) => by === press.by)
  if (!request || !approval) return refuse('not-your-approval', 'There is no approval of yours in that request.')
  const card = await checkPress(deps, press, request, 'receipt')
  if (!card.ok) return card
  if ((await deps.store.note(disownedNote(request.id, press.by))) !== undefined)
    return refuse('disowned-already', 'You said so already: it was stopped, and security was told.')
  const undone = await undo(deps, request, press.by, now)
  const sentence = `${undone.what} Security was told. Nothing that you approve counts until they have talked to you. Sign out of Slack everywhere, and change your password.`
  return accept(
    merge(
      disownApproval(request, approval, now),
      undone.change,
      await told(deps, request, approval, now),
      { effects: [{ kind: 'draw', copy: press.copy, destination: press.by, redraw: 'decided', dueAt: now }] },
      await redrawsOf(deps, [approval.subject], now),
      await redrawsOfVoices(deps, approval, now),
      card.value,
      answered(press, sentence, now),
    ),
  )
}

interface Undone {
  readonly change: Change
  readonly what: string
}

/** Whatever the approval led to, or may still lead to, ends. */
async function undo(deps: Deps, request: Request, by: string, now: number): Promise<Undone> {
  if (request.state === 'pending') {
    const change = merge(cancelRequest(request, now, 'disowned'), sayTo(request, 'It was cancelled', now))
    return { change, what: `${request.id} is cancelled.` }
  }
  const grant = await goesOnAs(deps, grantIdOf(request.id))
  if (!isLive(grant)) return { change: nothing, what: `What ${request.id} gave is gone already, or ending.` }
  const ending = { cause: 'revoked-by', by, detail: { disowned: true } } as const
  const change = merge(await takeAway(deps, grant, ending, now), sayTo(request, 'Access is being taken away', now))
  return { change, what: `${grant.id} is being taken away.` }
}

/** The grant, or the one that goes on from it: more time was given on top of an approval that was not real. */
async function goesOnAs({ store }: Pick<Deps, 'store'>, id: GrantId): Promise<Grant | undefined> {
  const grant = await store.grant(id)
  if (!grant || isLive(grant) || grant.cause !== 'extended' || grant.extendedBy === null) return grant
  return goesOnAs({ store }, grant.extendedBy)
}

/** The requester may know nothing of it. */
function sayTo({ id, terms }: Request, what: string, now: number): Change {
  const sentence = `${what}: an approval of ${id} (${terms.entitlement}) was not real. This says nothing about you. If you still need it, ask again.`
  return { effects: [{ kind: 'say', person: terms.requester, sentence, key: `${id}:disowned`, dueAt: now }] }
}

function told(deps: Deps, { id, terms }: Request, { subject, by }: Approval, now: number): Change {
  const { command } = deps.policy
  const alert = `${subject} (${by}) says that the approval of ${id} in this name was not theirs: ${terms.entitlement} on ${terms.target} for ${terms.subject}. It was stopped. Somebody else may be using that Slack account: nothing that it approves counts, and nothing is given to it, until one of you has talked to ${subject}, not in Slack, and lifts it: ${command} unfreeze @PERSON REASON.`
  return tellSecurity(deps, alert, `${id}:disowned:${by}`, now)
}

/** Above what anybody has open at once. */
const MOST_OPEN = 1_000

/** Waiting requests that the same account agreed to: that counts no more. */
async function redrawsOfVoices({ store }: Deps, { subject, by }: Approval, at: number): Promise<Change> {
  const pending = await store.requests({ states: ['pending'], limit: MOST_OPEN })
  const agreed = pending.filter(({ approvals }) => approvals.some((one) => one.by === by || one.subject === subject))
  return { redraws: agreed.map(({ id: request }) => ({ request, at })) }
}
