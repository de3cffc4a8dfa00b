import type { Grant } from '../core/grant.ts'
import { grantIdOf, parseId } from '../core/ids.ts'
import type { Deps } from './ports.ts'
import { revokeOne } from './revoke.ts'

type Needs = Pick<Deps, 'clock' | 'store' | 'reached' | 'abortGrant'>

/**
 * An operator takes access away from the command line.
 *
 * @param whom an id of a request or grant, a subject, a Slack id, or `all`
 * @returns the grants that are ending now, those included that were ending already
 */
export async function revokeByOperator(
  deps: Needs,
  { whom, by, note }: { readonly whom: string; readonly by: string; readonly note: string },
): Promise<Grant[]> {
  const grants = await grantsMeant(deps, whom)
  for (const { id, state } of grants) if (state !== 'revoking') await revokeOne(deps, id, { by, note })
  return grants
}

/** The grants that an operator names, live or ending. */
export async function grantsMeant({ store }: Needs, whom: string): Promise<Grant[]> {
  const states = ['granting', 'active', 'revoking'] as const
  const live = await store.grants({ states, limit: Number.MAX_SAFE_INTEGER })
  if (whom.toLowerCase() === 'all') return [...live]
  const id = parseId(whom)
  if (id) return goingOn(store, grantIdOf(id))
  const person = whom.toLowerCase()
  return live.filter((grant) => grant.subject.toLowerCase() === person || grant.requester.toLowerCase() === person)
}

/** The grant, or of one that was extended the grant that goes on from it: whoever names it wants the access gone. */
async function goingOn(store: Deps['store'], id: Grant['id']): Promise<Grant[]> {
  const grant = await store.grant(id)
  if (grant?.state !== 'revoked') return grant ? [grant] : []
  return grant.cause === 'extended' && grant.extendedBy !== null ? goingOn(store, grant.extendedBy) : []
}
