import type { SlackId } from '../core/ids.ts'
import { examine, partiesOf, type Town } from '../core/liveness.ts'
import { LIVENESS_NOTE, liveness } from '../core/liveness-news.ts'
import type { Group } from '../core/policy.ts'
import { commit } from './commit.ts'
import type { Deps } from './ports.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Whoever presses a button comes first: Slack takes some fifty calls a minute of each kind. */
const GENTLE_MS = 1_500
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
      if (!step.done) return
      dueAt = now + (step.value ? DAY_MS : HOUR_MS) // one that failed has ended, too
      sweep = undefined
    },
  }
}

/**
 * Looks whether every entitlement can be had, and tells the security channel when that has changed. Stops after each call,
 * so that its caller sets the pace; returns whether all could be looked up.
 */
export async function* sweepLiveness(deps: Needs): AsyncGenerator<undefined, boolean> {
  const town = yield* townOf(deps)
  const report = examine(deps.policy, town)
  const before = await deps.store.note(LIVENESS_NOTE)
  await commit(deps, liveness(before, report, { channel: deps.policy.securityChannel, now: deps.clock.now() }))
  return report.unknown.length === 0
}

async function* townOf({ people, policy }: Needs): AsyncGenerator<undefined, Town> {
  const { ask, answer } = partiesOf(policy)
  const members = new Map<string, readonly SlackId[]>()
  for (const group of distinct([...ask, ...answer])) {
    const found = await people.members(group, 'lately')
    if (found.ok) members.set(group.name, found.value)
    yield
  }
  const known: Writable<Town['known']> = new Map()
  for (const id of new Set([...members.values()].flat())) {
    known.set(id, await people.lookUp(id, 'lately'))
    yield
  }
  const reached: Writable<Town['reached']> = new Map()
  const answering = new Set(distinct(answer).flatMap(({ name }) => members.get(name) ?? []))
  for (const id of [...answering].filter((one) => known.get(one)?.ok)) {
    const isReached = await people.reaches(id)
    if (isReached !== undefined) reached.set(id, isReached)
    yield
  }
  return { members, known, reached }
}

type Writable<Kept> = Kept extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never

function distinct(groups: readonly Group[]): readonly Group[] {
  return [...new Map(groups.map((group) => [group.name, group])).values()]
}
