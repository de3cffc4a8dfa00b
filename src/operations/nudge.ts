import { isUnreached } from '../core/asking.ts'
import { decidingGroups } from '../core/authority.ts'
import { type Change, merge } from '../core/change.ts'
import type { Copy } from '../core/copy.ts'
import { stillPending } from '../core/deciding.ts'
import { isPerson } from '../core/escalating.ts'
import { notFrozen } from '../core/freezing.ts'
import { subjectOf } from '../core/opening.ts'
import { notPaused } from '../core/pausing.ts'
import { mayNudge, remind, remindable } from '../core/reminding.ts'
import type { PendingRequest, Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { answered, commit, refused, retryWhenStale } from './commit.ts'
import type { Order } from './operations.ts'
import type { Deps } from './ports.ts'
import { checkPress } from './voice.ts'

/** A requester has those whom he asked reminded. Needs only the signed requester; how often is limited. */
export async function nudge(deps: Deps, order: Order): Promise<void> {
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const request = await deps.store.request(order.request)
    const decided = await decide(deps, order, request, now)
    const event = { name: 'request.refused', ...(request ? subjectOf(request) : {}) } as const
    await commit(deps, decided.ok ? decided.value : refused(deps, order, decided.refusal, event, now))
  })
}

async function decide(deps: Deps, order: Order, request: Request | undefined, now: number): Promise<Result<Change>> {
  if (request?.terms.requester !== order.by) return refuse('not-yours', `${order.request} is not a request of yours.`)
  const card = order.press ? await checkPress(deps, order.press, request, 'requester') : accept({})
  if (!card.ok) return card
  const pending = stillPending(request, now)
  if (!pending.ok) return pending
  const vain = await inVain(deps, request)
  if (!vain.ok) return vain
  const may = mayNudge(pending.value, now)
  if (!may.ok) return may
  const copies = await deps.store.copiesOf(request.id)
  const cards = remindable(request, copies)
  if (cards.length === 0) return nobodyToRemind(request, copies)
  const nudged: PendingRequest = { ...pending.value, nudges: request.nudges + 1, nudgedAt: now }
  const told = answered(order, `Reminded of ${request.id}: ${await whoDecides(deps, request, now)}.`, now)
  return accept(merge({ requests: [nudged] }, remind(nudged, cards, order.by, now), card.value, told))
}

/** Nobody is bothered while nothing could be given, whoever agreed. */
async function inVain({ store }: Deps, { terms }: Request): Promise<Result<true>> {
  const going = notPaused(await store.pause())
  return going.ok ? notFrozen(await store.freezes([terms.subject, terms.requester]), 'yours') : going
}

/** The names of the groups that may decide now; a person who stands there himself, by the name that is remembered. */
async function whoDecides({ people }: Deps, request: Request, now: number): Promise<string> {
  const names = decidingGroups(request, now).map(async ({ name }) => {
    const person = isPerson(name) ? await people.lookUp(name, 'remembered') : undefined
    return person?.ok ? person.value.name : name
  })
  return [...new Set(await Promise.all(names))].join(', ')
}

function nobodyToRemind({ id }: Request, copies: readonly Copy[]) {
  const waiting = copies.some((copy) => copy.audience === 'approvers' && copy.ts === null && !isUnreached(copy))
  return waiting
    ? refuse('not-asked-yet', `${id} is just on its way to them. Try again in a minute.`)
    : refuse(
        'nobody-reached',
        `Nobody who was asked about ${id} can be reached in Slack: its card says who. Call one of them.`,
      )
}
