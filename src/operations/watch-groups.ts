import type { Group } from '../core/policy.ts'
import { lookedAt } from '../core/roster.ts'
import { watchedGroups } from '../core/watched-groups.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'people' | 'policy' | 'store' | 'reached'>

/** Slack tells members of groups 20 times a minute: this takes 12 of them, so that some are left for whoever presses. */
const GENTLE_MS = 5_000
const ROUND_MS = 300_000

/**
 * Looks at every group that a rule uses, one at a time and in a round every five minutes: what changed since the last look
 * is told to security.
 */
export function watchChore(deps: Needs) {
  let waiting: readonly Group[] = []
  let roundAt = Number.NEGATIVE_INFINITY
  return {
    name: 'watch-groups',
    everyMs: GENTLE_MS,
    async run(now: number): Promise<void> {
      if (waiting.length === 0 && now >= roundAt) {
        waiting = watchedGroups(deps.policy)
        roundAt = now + ROUND_MS
      }
      const [group, ...later] = waiting
      waiting = later
      if (group) await lookAt(deps, group, 'lately')
    },
  }
}

/** Slack said that the members of a user group changed. */
export async function groupChanged(deps: Needs, usergroup: string): Promise<void> {
  const isIt = ({ source }: Group) => source.kind === 'usergroup' && source.id === usergroup
  for (const group of watchedGroups(deps.policy).filter(isIt)) await lookAt(deps, group, 'now')
}

/** A look-up that fails says nothing: the next one tells. A group that is gone from Slack is nobody. */
async function lookAt(deps: Needs, group: Group, freshness: Freshness): Promise<void> {
  const { clock, people } = deps
  const found = await people.members(group, freshness)
  if (!found.ok && found.refusal.code === 'look-up-failed') return
  await retryWhenStale(async () => {
    const now = clock.now()
    const look = { group: group.name, members: found.ok ? found.value : [], at: found.readAt ?? now }
    await commit(deps, lookedAt(await deps.store.roster(group.name), look, now))
  })
}
