import { type Change, merge } from '../core/change.ts'
import type { Actor } from '../core/event.ts'
import type { Freeze } from '../core/freeze.ts'
import { unfreeze as thaw } from '../core/freezing.ts'
import type { SlackId, Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { accept, type Refusal, type Result, refuse } from '../core/result.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import { answered, commit, refused, retryWhenStale } from './commit.ts'
import { mayAllow, redrawsOf, wasTold } from './identity.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'
import { hearSecurity } from './security.ts'

type Order = Said & { readonly whom: SlackId; readonly reason: string }

/** Somebody of the security team lifts the freezes of a person, and with that confirms who the person is now. */
export async function unfreeze(deps: Deps, order: Order): Promise<void> {
  const by = await hearSecurity(deps, order.by, 'now')
  const whom = by.ok ? await deps.people.lookUp(order.whom, 'now') : by
  const names = await namesOf(deps, order.whom, whom.ok ? [whom.value] : [])
  const met = await freezesOf(deps, names)
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const decided = by.ok ? await decide(deps, { order, by: by.value, whom, names, met }, now) : by
    if (!decided.ok) return commit(deps, refused(deps, order, decided.refusal, { name: 'approval.refused' }, now))
    const { change, sentence } = decided.value
    await commit(deps, merge(change, answered(order, sentence, now)))
  })
}

interface Decision {
  readonly order: Order
  readonly by: Person
  readonly whom: Result<Person>
  readonly names: Names
  readonly met: readonly Freeze[]
}

async function decide(deps: Deps, { order, by, whom, names, met }: Decision, now: number): Promise<Result<Unfrozen>> {
  const counts = await mayAllow(deps, by)
  if (!counts.ok) return counts
  if (order.whom === by.id || names.subjects.includes(by.subject))
    return refuse('yourself', 'You cannot lift a freeze of your own: another of the security people must.')
  if (!whom.ok) return nobodyKnows(whom.refusal)
  const lifting = { names, met, seen: [whom.value], by: by.id, reason: order.reason }
  const lifted = await liftFreezes(deps, lifting, now)
  if (!lifted.ok) return lifted
  return accept({ ...lifted.value, change: merge(lifted.value.change, counts.value) })
}

export function nobodyKnows({ code, sentence }: Refusal) {
  return refuse(code, `Slack does not say who that is now, so nothing was changed. ${sentence}`)
}

/** All that somebody is called: Slack ids, and the subjects that they stood and stand for. */
export interface Names {
  readonly ids: readonly SlackId[]
  /** That of now first. */
  readonly subjects: readonly Subject[]
}

/** The names of a Slack member, and of what was seen of him. */
export async function namesOf(
  { store }: Pick<Deps, 'store'>,
  id: SlackId,
  seen: readonly Pick<Person, 'subject'>[],
): Promise<Names> {
  const subjects = [...seen.map(({ subject }) => subject), await store.pinOf(id)]
  return { ids: [id], subjects: [...new Set(subjects)].filter((subject) => subject !== undefined) }
}

/**
 * The freezes under any of somebody's names. Where Slack shows no subjects, none is pinned: what was frozen together is
 * found by what both names were frozen for.
 */
export async function freezesOf(
  { policy, store }: Pick<Deps, 'policy' | 'store'>,
  { ids, subjects }: Names,
): Promise<readonly Freeze[]> {
  const keys = [...subjects, ...ids]
  const frozen = await store.freezes(keys)
  if (policy.people.subject.kind === 'email' || frozen.length === 0) return frozen
  const together = (await store.freezes()).filter((one) => frozen.some((other) => isOfOne(one, other)))
  return store.freezes([...new Set([...keys, ...together.map(({ key }) => key)])])
}

function isOfOne(one: Freeze, other: Freeze): boolean {
  return one.request !== null && one.why === other.why && isAsOf(one, other)
}

/** What lifting comes to: what is to be stored, and what to say. */
export interface Unfrozen {
  readonly change: Change
  readonly sentence: string
}

export interface Lifting {
  readonly names: Names
  /** The freezes that there were when it was ordered: nobody can have looked at one that came since. */
  readonly met: readonly Freeze[]
  /** As Slack shows him now, under each of his ids that was asked about: this is who he is from now on. */
  readonly seen: readonly Person[]
  readonly by: Actor
  readonly reason: string
}

/** Lifts every freeze under any of somebody’s names, and pins who he is now. Afterwards there is none under any of them. */
export async function liftFreezes(
  deps: Pick<Deps, 'clock' | 'policy' | 'reached' | 'store'>,
  { names, met, seen, by, reason }: Lifting,
  now: number,
): Promise<Result<Unfrozen>> {
  const note = checkText(reason, MOST_NOTE)
  if (!note.ok) return note
  if (note.value === '') return refuse('no-reason', 'Say why, too. Nothing was changed.')
  const { ids, subjects } = names
  const frozen = await freezesOf(deps, names)
  const called = subjects[0] ?? ids.join(', ')
  if (frozen.length === 0) return refuse('not-frozen', `${called} is not frozen. Nothing was changed.`)
  if (frozen.some((one) => !met.some((other) => isSame(one, other))))
    return refuse('frozen-again', `${called} was frozen once more this very moment: look again. Nothing was lifted.`)
  const told = await allTold(deps, seen)
  if (!told.ok) return told
  const free = [...subjects, ...ids].filter((name) => !frozen.some(({ key }) => key === name))
  const pinned = deps.policy.people.subject.kind === 'email' ? seen : []
  const change = merge(
    { guards: [{ kind: 'not-frozen', keys: free }] },
    told.value,
    thaw(frozen, { subject: called, by, note: note.value }, now),
    { repins: pinned.map(({ id, subject }) => ({ id, subject, at: now })) },
    await redrawsOf(deps, subjects, now),
  )
  return accept({ change, sentence: sentenceFor(called, seen.length > 0 ? subjects : []) })
}

function isSame(one: Freeze, other: Freeze): boolean {
  return one.key === other.key && one.by === other.by && one.why === other.why && isAsOf(one, other)
}

function isAsOf(one: Freeze, other: Freeze): boolean {
  return one.at === other.at && one.request === other.request
}

async function allTold(deps: Parameters<typeof wasTold>[0], seen: readonly Person[]): Promise<Result<Change>> {
  let told: Change = {}
  for (const person of seen) {
    const one = await wasTold(deps, person)
    if (!one.ok) return one
    told = merge(told, one.value)
  }
  return accept(told)
}

function sentenceFor(called: Subject, subjects: readonly Subject[]): string {
  const before = subjects.filter((subject) => subject !== called)
  const confirmed =
    before.length > 0
      ? ` This is the address that counts from now on; it was ${before.join(', ')}. What was asked for under that one must be asked again.`
      : ''
  return `${called} can be given access again.${confirmed}`
}
