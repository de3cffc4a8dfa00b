import { type Change, type Guard, merge } from '../core/change.ts'
import { newCopy } from '../core/copy.ts'
import { recordApproval } from '../core/deciding.ts'
import { formatDuration } from '../core/duration.ts'
import { countedVoices, keysOf } from '../core/freezing.ts'
import { drawAll } from '../core/opening.ts'
import type { Person } from '../core/person.ts'
import { assess, ttlAgreed } from '../core/quorum.ts'
import type { Approval, PendingRequest } from '../core/request.ts'
import { accept, type Result } from '../core/result.ts'
import type { Deps } from './ports.ts'

/** What one more voice comes to, and what whoever gave it reads. */
export interface Counted {
  readonly change: Change
  readonly sentence: string
}

/**
 * Counts one more voice, and gives access once they are enough. What was agreed to in the name of somebody who is frozen
 * does not count; and nobody whose voice does count may be frozen before this is stored.
 */
export async function countVoice(
  deps: Pick<Deps, 'ids' | 'store'>,
  voted: PendingRequest,
  by: Person,
  now: number,
  grantIt: () => Promise<Result<Change>>,
): Promise<Result<Counted>> {
  const frozen = await deps.store.freezes(voted.approvals.flatMap(namesOf))
  const approvals = countedVoices(voted.approvals, frozen)
  const { met, why } = assess({ ...voted, approvals })
  const { subject, requester: id } = voted.terms
  const free: Guard = { kind: 'not-frozen', keys: [...keysOf({ subject, id }), ...approvals.flatMap(namesOf)] }
  const common = merge({ guards: [free] }, receiptFor(deps, voted, by, now))
  if (!met) return accept({ change: merge(recordApproval(voted, by.id, now), common), sentence: `Recorded: ${why}.` })
  const granted = await grantIt()
  return granted.ok ? accept({ change: merge(granted.value, common), sentence: approvedSentence(voted) }) : granted
}

function namesOf({ subject, by: id }: Approval): string[] {
  return keysOf({ subject, id })
}

/** A message to the approver, in case it was not him. */
function receiptFor(
  { ids }: Pick<Deps, 'ids'>,
  { id: request }: PendingRequest,
  { id: to }: Person,
  now: number,
): Change {
  const copies = [newCopy({ id: ids.opaque(), request, audience: 'receipt', destination: to })]
  return { copies, effects: drawAll(copies, now) }
}

function approvedSentence(request: PendingRequest): string {
  const { id, terms } = request
  return `Approved ${id}: ${terms.subject} gets ${terms.entitlement} for ${formatDuration(ttlAgreed(request))}.`
}
