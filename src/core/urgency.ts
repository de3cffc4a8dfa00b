import type { Change } from './change.ts'
import type { Urgency } from './effect.ts'
import type { Grant } from './grant.ts'
import type { RequestId } from './ids.ts'

/** How soon the cards of a request are to show what a Change did to it. Without a change of its grant, somebody pressed. */
export function urgencyOf(change: Pick<Change, 'grants'>, request: RequestId): Urgency {
  const grant = change.grants?.find((one) => one.request === request)
  return grant ? urgencyFor(grant) : 'decided'
}

function urgencyFor(grant: Grant): Urgency {
  switch (grant.state) {
    case 'granting':
      return 'decided'
    case 'revoking': // who presses “End now” from now on is refused
      if (grant.stuckAt !== null) return 'later'
      return grant.by === 'system' ? 'ended' : 'decided'
    case 'active':
    case 'revoked':
      return 'later'
  }
}
