import { formatDuration } from '../../core/duration.ts'
import type { SlackId } from '../../core/ids.ts'
import { placesInWords } from '../../core/places.ts'
import { assess, ttlAgreed } from '../../core/quorum.ts'
import type { Request } from '../../core/request.ts'
import { escaped, mention } from '../markup.ts'

/** Who is not trusted just now, until security has looked. */
export interface Trust {
  /** Nothing may be given to the requester. */
  readonly frozen?: boolean
  /** Approvers whose yes does not count. */
  readonly uncounted?: readonly SlackId[]
}

/** How far the quorum is, by whom, and for whom it waits. */
export function progress(request: Request, { uncounted = [] }: Trust): string {
  const approvals = request.approvals.filter(({ by }) => !uncounted.includes(by))
  const idle = request.approvals.filter(({ by }) => uncounted.includes(by)).map(({ by }) => mention(by))
  const doubt =
    idle.length > 0 ? ` What was approved as ${idle.join(', ')} does not count: security has to look first.` : ''
  return `${counted({ ...request, approvals })}${doubt}`
}

function counted({ approvals, terms }: Request): string {
  const { quorum, needs = [] } = terms
  if (approvals.length === 0) {
    const parts = needs.length > 0 ? `: ${escaped(placesInWords(needs))}` : ''
    return quorum === 1 ? 'Nobody has approved yet.' : `${quorum} approvals are needed${parts}.`
  }
  const { voices, missing, between } = assess({ approvals, terms })
  const waiting = missing.length > 0 ? `; waiting for ${missing.map(escaped).join(` ${between} `)}` : ''
  return `${voices} of ${quorum} so far, by ${approvals.map(({ by }) => mention(by)).join(', ')}${waiting}.`
}

/** Who has said yes. */
export function agreed({ approvals, terms }: Request): string {
  if (approvals.length > 0) return `Approved by ${approvals.map(({ by }) => mention(by)).join(', ')}.`
  if (terms.glass) return `Nobody approved: the glass was broken under ${escaped(terms.rule)}.`
  return `No approval needed under ${escaped(terms.rule)}.`
}

/** `10m, shortened by @Lee; 15m was asked`, or just how long. */
export function howLong(request: Pick<Request, 'approvals' | 'terms'>): string {
  const { approvals, terms } = request
  const agreedMs = ttlAgreed(request)
  const by = approvals.find(({ ttlMs }) => ttlMs === agreedMs)
  if (!by || agreedMs === terms.ttlMs) return formatDuration(agreedMs)
  return `${formatDuration(agreedMs)}, shortened by ${mention(by.by)}; ${formatDuration(terms.ttlMs)} was asked`
}

/** It was stopped, and who did is told to nobody but security. */
export const LOOKED_WRONG = 'it looked wrong to somebody who was asked. Security was told.'
