import { type Change, merge, nothing } from '../core/change.ts'
import type { SlackId } from '../core/ids.ts'
import { examine, partiesOf, type Town } from '../core/liveness.ts'
import { LIVENESS_NOTE, liveness } from '../core/liveness-news.ts'
import type { Group, Policy } from '../core/policy.ts'
import { stillUnknown, UNKNOWN_GROUPS_NOTE, unknownTooLong } from '../core/unknown-groups.ts'
import { commit } from './commit.ts'
import type { Deps } from './ports.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/**
 * Whoever presses a button comes first: Slack lets members be looked up 100 times a minute, and the hourly look for leavers
 * may take 60 of them just then.
 */
const GENTLE_MS = 3_000
/** Members of user groups are told 20 times a minute, and the watch of groups takes 12 of them. */
const BETWEEN_GROUPS_MS = 12_000
/** After a start there is more urgent work. */
const SETTLED_MS = 60_000

type Needs = Pick<Deps, 'clock' | 'people' | 'policy' | 'store' | 'reached'>

/** A minute after the start and then once a day; again in an hour where something could not be looked up. One call at a time. */
export function livenessChore(deps: Needs) {
  let sweep: ReturnType<typeof sweepLiveness> | undefined
  let dueAt: number | undefined
  return {
    name: 'sweep-liveness',
    everyMs: GENTLE_MS,
    async run(now: number): Promise<void> {
      dueAt ??= now + SETTLED_MS
      if (now < dueAt) return
      sweep ??= sweepLiveness(deps)
      const step = await sweep.next()
      dueAt = now + (step.done ? (step.value ? DAY_MS : HOUR_MS) : step.value) // one that failed has ended, too
      if (step.done) sweep = undefined
    },
  }
}

/**
 * Looks whether every entitlement can be had, and tells the security channel when that has changed. Stops after each call,
 * for so many milliseconds as its caller should let pass; returns whether all could be looked up.
 */
export async function* sweepLiveness(deps: Needs): AsyncGenerator<number, boolean> {
  const town = yield* townOf(deps)
  const now = deps.clock.now()
  const lasting = await unknownIn(deps, town, now)
  const { found, unknown } = examine(deps.policy, town)
  const report = { found: [...found, ...unknownTooLong(lasting.since, now)], unknown }
  const before = await deps.store.note(LIVENESS_NOTE)
  await commit(deps, merge(lasting.change, liveness(before, report, { channel: deps.policy.securityChannel, now })))
  return unknown.length === 0
}

/** Since when nobody can tell who is in some of the groups. */
async function unknownIn({ policy, store }: Needs, { members }: Town, now: number) {
  const silent = everyGroup(policy).filter(({ name }) => !members.has(name))
  const before = await store.note(UNKNOWN_GROUPS_NOTE)
  const names = silent.map(({ name }) => name)
  const since = stillUnknown(before, names, now)
  const value = JSON.stringify(since)
  const change: Change = value === (before ?? '{}') ? nothing : { notes: [{ key: UNKNOWN_GROUPS_NOTE, value }] }
  return { since, change }
}

async function* townOf({ people, policy }: Needs): AsyncGenerator<number, Town> {
  const { answer } = partiesOf(policy)
  const members = new Map<string, readonly SlackId[]>()
  for (const group of everyGroup(policy)) {
    const found = await people.members(group, 'lately')
    if (found.ok) members.set(group.name, found.value)
    else if (found.refusal.code !== 'look-up-failed') members.set(group.name, []) // Slack has no such group: it is nobody
    if (group.source.kind !== 'members') yield BETWEEN_GROUPS_MS
  }
  const known: Writable<Town['known']> = new Map()
  for (const id of new Set([...members.values()].flat())) {
    known.set(id, await people.lookUp(id, 'lately'))
    yield GENTLE_MS
  }
  const reached: Writable<Town['reached']> = new Map()
  const answering = new Set(distinct(answer).flatMap(({ name }) => members.get(name) ?? []))
  for (const id of [...answering].filter((one) => known.get(one)?.ok)) {
    const isReached = await people.reaches(id)
    if (isReached !== undefined) reached.set(id, isReached)
    yield GENTLE_MS
  }
  return { members, known, reached }
}

function everyGroup(policy: Policy): readonly Group[] {
  const { ask, answer } = partiesOf(policy)
  return distinct([...ask, ...answer])
}

type Writable<Kept> = Kept extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never

function distinct(groups: readonly Group[]): readonly Group[] {
  return [...new Map(groups.map((group) => [group.name, group])).values()]
}
