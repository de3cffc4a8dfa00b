import { type Change, merge } from '../core/change.ts'
import type { Actor } from '../core/event.ts'
import { unfreeze as thaw } from '../core/freezing.ts'
import type { SlackId, Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { accept, type Refusal, type Result, refuse } from '../core/result.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import { answered, commit, refused, retryWhenStale } from './commit.ts'
import { redrawsOf } from './identity.ts'
import type { Said } from './operations.ts'
import { surely } from './pause.ts'
import type { Deps } from './ports.ts'

type Order = Said & { readonly whom: SlackId; readonly reason: string }

/** Somebody of the security team lifts the freezes of a person, and with that confirms who the person is now. */
export async function unfreeze(deps: Deps, order: Order): Promise<void> {
  const by = await surely(deps, order.by)
  const whom = by.ok ? await deps.people.lookUp(order.whom, 'now') : by
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const decided = by.ok ? await decide(deps, { order, by: by.value, whom }, now) : by
    if (!decided.ok) return commit(deps, refused(deps, order, decided.refusal, { name: 'approval.refused' }, now))
    const { change, sentence } = decided.value
    await commit(deps, merge(change, answered(order, sentence, now)))
  })
}

interface Decision {
  readonly order: Order
  readonly by: Person
  readonly whom: Result<Person>
}

async function decide(deps: Deps, { order, by, whom }: Decision, now: number): Promise<Result<Unfrozen>> {
  const names = await namesOf(deps, order.whom, whom.ok ? [whom.value] : [])
  if (order.whom === by.id || names.subjects.includes(by.subject))
    return refuse('yourself', 'You cannot lift a freeze of your own: another of the security people must.')
  if (!whom.ok) return nobodyKnows(whom.refusal)
  return liftFreezes(deps, { names, seen: [whom.value], by: by.id, reason: order.reason }, now)
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

/** What lifting comes to: what is to be stored, and what to say. */
export interface Unfrozen {
  readonly change: Change
  readonly sentence: string
}

export interface Lifting {
  readonly names: Names
  /** As Slack shows him now, under each of his ids that was asked about: this is who he is from now on. */
  readonly seen: readonly Pick<Person, 'id' | 'subject'>[]
  readonly by: Actor
  readonly reason: string
}

/** Lifts every freeze under any of somebody’s names, and pins who he is now. */
export async function liftFreezes(
  deps: Pick<Deps, 'policy' | 'store'>,
  { names: { ids, subjects }, seen, by, reason }: Lifting,
  now: number,
): Promise<Result<Unfrozen>> {
  const note = checkText(reason, MOST_NOTE)
  if (!note.ok) return note
  if (note.value === '') return refuse('no-reason', 'Say why, too. Nothing was changed.')
  const frozen = await deps.store.freezes([...subjects, ...ids])
  const called = subjects[0] ?? ids.join(', ')
  if (frozen.length === 0) return refuse('not-frozen', `${called} is not frozen. Nothing was changed.`)
  const pinned = deps.policy.people.subject.kind === 'email' ? seen : []
  const change = merge(
    thaw(frozen, { subject: called, by, note: note.value }, now),
    { repins: pinned.map(({ id, subject }) => ({ id, subject, at: now })) },
    await redrawsOf(deps, subjects, now),
  )
  return accept({ change, sentence: sentenceFor(called, seen.length > 0 ? subjects : []) })
}

function sentenceFor(called: Subject, subjects: readonly Subject[]): string {
  const before = subjects.filter((subject) => subject !== called)
  const confirmed =
    before.length > 0
      ? ` This is the address that counts from now on; it was ${before.join(', ')}. What was asked for under that one must be asked again.`
      : ''
  return `${called} can be given access again.${confirmed}`
}
