import type { Grant } from '../core/grant.ts'
import { grantIdOf, parseId } from '../core/ids.ts'
import type { Deps } from './ports.ts'
import { revokeOne } from './revoke.ts'

type Needs = Pick<Deps, 'clock' | 'store' | 'reached' | 'abortGrant'>

/**
 * An operator takes grants away from the command line; those that are ending already end as they would have. One that
 * fails keeps none of the others back.
 *
 * @throws after all of them were tried: what the first that failed threw
 */
export async function revokeByOperator(
  deps: Needs,
  grants: readonly Grant[],
  why: { readonly by: string; readonly note: string },
): Promise<void> {
  const failures: unknown[] = []
  for (const { id, state } of grants) {
    if (state === 'revoking') continue
    await revokeOne(deps, id, why).catch((error) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

/**
 * The grants that an operator names, live or ending.
 *
 * @param whom an id of a request or grant, a subject, a Slack id, or `all`
 */
export async function grantsMeant({ store }: Needs, whom: string): Promise<Grant[]> {
  const id = parseId(whom)
  if (id) return goingOn(store, grantIdOf(id))
  const states = ['granting', 'active', 'revoking'] as const
  const live = await store.grants({ states, limit: Number.MAX_SAFE_INTEGER })
  const person = whom.toLowerCase()
  if (person === 'all') return [...live]
  const pinned = await store.pinOf(whom.toUpperCase())
  return live.filter(
    ({ subject, requester }) =>
      subject.toLowerCase() === person || requester.toLowerCase() === person || subject === pinned,
  )
}

/** The grant, or of one that was extended the grant that goes on from it: whoever names it wants the access gone. */
async function goingOn(store: Deps['store'], id: Grant['id']): Promise<Grant[]> {
  const grant = await store.grant(id)
  if (grant?.state !== 'revoked') return grant ? [grant] : []
  return grant.cause === 'extended' && grant.extendedBy !== null ? goingOn(store, grant.extendedBy) : []
}
