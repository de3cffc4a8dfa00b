import { lapseRequest } from '../core/deciding.ts'
import type { GrantId, RequestId } from '../core/ids.ts'
import { expire as expired, flagStuck } from '../core/revoking.ts'
import { StaleState } from '../core/store.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps } from './ports.ts'
import type { RevokeUnwritten } from './revoke-unwritten.ts'

type Needs = Pick<Deps, 'clock' | 'store' | 'reached' | 'abortGrant'>

/** A grant's time is up. If that cannot be written, the access goes all the same. */
export async function expire(deps: Needs, id: GrantId, unwritten: RevokeUnwritten): Promise<void> {
  deps.reached('expire.found')
  await retryWhenStale(async () => {
    const grant = await deps.store.grant(id)
    if (!grant) return
    try {
      await commit(deps, expired(grant, deps.clock.now()))
    } catch (error) {
      if (!(error instanceof StaleState)) await unwritten(grant)
      throw error
    }
  })
  deps.reached('expire.stored')
  deps.abortGrant(id)
}

/** Nobody decided in time. */
export async function lapse(deps: Needs, id: RequestId): Promise<void> {
  await retryWhenStale(async () => {
    const request = await deps.store.request(id)
    if (request) await commit(deps, lapseRequest(request, 'too-late', deps.clock.now()))
  })
}

/** A revoke has been failing for too long. */
export async function stick(deps: Needs, id: GrantId): Promise<void> {
  await retryWhenStale(async () => {
    const grant = await deps.store.grant(id)
    if (grant) await commit(deps, flagStuck(grant, deps.clock.now()))
  })
}
