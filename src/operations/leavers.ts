import { nothing } from '../core/change.ts'
import { cancelRequest } from '../core/deciding.ts'
import type { SlackId } from '../core/ids.ts'
import { hasLeft } from '../core/leaving.ts'
import type { Person } from '../core/person.ts'
import type { Delivery } from '../core/store.ts'
import { takeAway } from './amend.ts'
import { commit, commitEnd, retryWhenStale } from './commit.ts'
import type { Outcome } from './delivery.ts'
import { eachAlone } from './each-alone.ts'
import { stillHimself } from './identity.ts'
import type { Deps } from './ports.ts'

const EVERY = Number.MAX_SAFE_INTEGER
/** Slack lets members be looked up 100 times a minute, and approvals need it more than the sweep. */
const SWEEP_GAP_MS = 1_000
/** By then whatever was under way when Slack said that a member changed is stored. */
const AGAIN_MS = 45_000
/** As many as the gap allows. */
const IN_A_MINUTE = 60

/**
 * Slack said that a member changed: he is looked up again, now if he has anything to lose, and once more later if he is
 * known at all, because he may be asking this very moment. Of everybody else nothing is written.
 */
export async function personChanged(deps: Pick<Deps, 'clock' | 'reached' | 'store'>, person: SlackId): Promise<void> {
  const now = deps.clock.now()
  const hasAny = await deps.store.hasAnything(person)
  if (!hasAny && (await deps.store.pinOf(person)) === undefined) return
  const atOnce = hasAny ? [{ kind: 'person', person, dueAt: now } as const] : []
  await commit(deps, { effects: [...atOnce, { kind: 'left', person, dueAt: now + AGAIN_MS }] })
}

/**
 * Everybody who has anything to lose is looked up once an hour, one after the other: Slack may have said nothing, or to
 * nobody. So many a minute, and no more of them wait in the outbox.
 */
export function peopleChore(deps: Pick<Deps, 'reached' | 'store'>) {
  let left: readonly SlackId[] = []
  let dueAt = Number.NEGATIVE_INFINITY
  return {
    name: 'sweep-people',
    everyMs: 60_000,
    async run(now: number): Promise<void> {
      if (left.length === 0 && now >= dueAt) {
        left = await deps.store.requesters()
        dueAt = now + 3_600_000
      }
      await lookAtAll(deps, left.slice(0, IN_A_MINUTE), now)
      left = left.slice(IN_A_MINUTE)
    },
  }
}

async function lookAtAll(
  deps: Pick<Deps, 'reached' | 'store'>,
  people: readonly SlackId[],
  now: number,
): Promise<void> {
  const looks = people.map((person, index) => ({ kind: 'person', person, dueAt: now + index * SWEEP_GAP_MS }) as const)
  await commit(deps, looks.length > 0 ? { effects: looks } : nothing)
}

/**
 * Looks somebody up afresh. Whoever has left loses what he asked for and what he holds; whoever changed his address is
 * frozen. A look-up that fails says nothing, and is made again.
 */
export async function lookAgain(deps: Deps, { effect }: Delivery): Promise<Outcome> {
  if (effect.kind !== 'person') throw new Error(`not a look at a person: ${effect.kind}`)
  return look(deps, effect.person, (person) => stillHimself(deps, person))
}

/** Looks somebody up afresh, only whether he has left: that he is still himself is asked when he does something. */
export async function lookWhetherLeft(deps: Deps, { effect }: Delivery): Promise<Outcome> {
  if (effect.kind !== 'left') throw new Error(`not a look whether somebody has left: ${effect.kind}`)
  if (!(await deps.store.hasAnything(effect.person))) return { kind: 'done' }
  return look(deps, effect.person, async () => {})
}

async function look(deps: Deps, id: SlackId, isHere: (person: Person) => Promise<unknown>): Promise<Outcome> {
  const person = await deps.people.lookUp(id, 'now')
  if (person.ok) await isHere(person.value)
  else if (person.refusal.code === 'look-up-failed') return { kind: 'again' }
  else if (hasLeft(person.refusal)) await takeAll(deps, id, person.refusal.code)
  return { kind: 'done' }
}

/** Requests first: one that is approved meanwhile is found among the grants. @throws when any of it could not be stored */
async function takeAll(deps: Deps, id: SlackId, why: string): Promise<void> {
  const { store } = deps
  const pending = await store.requests({ states: ['pending'], limit: EVERY })
  const asked = pending.filter(({ terms }) => terms.requester === id)
  const notCancelled = await eachAlone(deps, asked, (request) => cancelFor(deps, request.id))
  const live = await store.grants({ states: ['granting', 'active'], limit: EVERY })
  const held = live.filter(({ requester }) => requester === id)
  const notEnded = await eachAlone(deps, held, (grant) => endFor(deps, grant.id, why))
  const left = [...notCancelled, ...notEnded]
  if (left.length > 0) throw new Error(`could not be taken from ${id}, who has left: ${left.join(', ')}`)
}

function cancelFor(deps: Deps, id: Parameters<Deps['store']['request']>[0]): Promise<void> {
  return retryWhenStale(async () => {
    const request = await deps.store.request(id)
    if (request?.state === 'pending') await commit(deps, cancelRequest(request, deps.clock.now(), 'leaver'))
  })
}

function endFor(deps: Deps, id: Parameters<Deps['store']['grant']>[0], why: string): Promise<void> {
  return retryWhenStale(async () => {
    const grant = await deps.store.grant(id)
    if (!grant) return
    await commitEnd(
      deps,
      await takeAway(deps, grant, { cause: 'leaver', by: 'system', detail: { why } }, deps.clock.now()),
    )
  })
}
