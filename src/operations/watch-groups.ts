import type { Group } from '../core/policy.ts'
import { lookedAt } from '../core/roster.ts'
import { watchedGroups } from '../core/watched-groups.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps, Freshness } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'people' | 'policy' | 'store' | 'reached'>

/** Looks at every group that a rule uses, one after the other: what changed since the last look is told to security. */
export async function watchGroups(deps: Needs, signal?: AbortSignal): Promise<void> {
  for (const group of watchedGroups(deps.policy)) {
    if (signal?.aborted) return
    await lookAt(deps, group, 'lately')
  }
}

/** Slack said that the members of a user group changed. */
export async function groupChanged(deps: Needs, usergroup: string): Promise<void> {
  const isIt = ({ source }: Group) => source.kind === 'usergroup' && source.id === usergroup
  for (const group of watchedGroups(deps.policy).filter(isIt)) await lookAt(deps, group, 'now')
}

/** A look-up that fails says nothing: the next one tells. */
async function lookAt(deps: Needs, group: Group, freshness: Freshness): Promise<void> {
  const { clock, people } = deps
  const members = await people.members(group, freshness)
  if (!members.ok) return
  await retryWhenStale(async () => {
    const now = clock.now()
    const look = { group: group.name, members: members.value, at: members.readAt ?? now }
    await commit(deps, lookedAt(await deps.store.roster(group.name), look, now))
  })
}
