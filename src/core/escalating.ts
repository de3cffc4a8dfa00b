import type { Due } from './asking.ts'
import { type Change, merge, record } from './change.ts'
import type { Copy } from './copy.ts'
import { formatDuration } from './duration.ts'
import type { SlackId } from './ids.ts'
import { drawAll, subjectOf } from './opening.ts'
import type { Escalation } from './policy.ts'
import { threadOf } from './reminding.ts'
import type { PendingRequest } from './request.ts'

/** More people than this are not written to one by one, if there is a channel where their group can be called. */
const MOST_WRITTEN_TO = 10

/** Where somebody is told, and in whose thread. */
export type Notice = Pick<Copy, 'destination' | 'thread'>

/** Who is in the groups of a step, by group name; one that is missing could not be looked up. */
export type Looked = ReadonlyMap<string, readonly SlackId[]>

/**
 * Where a step is told: each of its people by a direct message, or in the thread of the card where they are many; and its
 * channels. Nobody is told twice, and the requester not at all.
 */
export function noticesFor(
  request: PendingRequest,
  { to, channels }: Pick<Escalation, 'to' | 'channels'>,
  looked: Looked,
  copies: readonly Copy[],
): readonly Notice[] {
  const cards = copies.filter(({ audience }) => audience === 'approvers')
  const told = new Set([request.terms.requester, ...cards.map((card) => card.destination)])
  const people = [...new Set(to.flatMap(({ name }) => looked.get(name) ?? []))].filter((id) => !told.has(id))
  const [board] = cards.filter(({ destination, ts }) => ts !== null && !isPerson(destination))
  const many = people.length > MOST_WRITTEN_TO && board !== undefined
  const called = many ? [inThreadOf(board)] : people.map((destination) => ({ destination, thread: null }))
  const places = channels.map((destination) => {
    const there = cards.find((card) => card.destination === destination && card.ts !== null)
    return there ? inThreadOf(there) : { destination, thread: null }
  })
  return [...new Map([...called, ...places].map((notice) => [notice.destination, notice])).values()]
}

/** Tells a step: from now on those of it who decide may approve. `copies` are its cards; the request is stored beside it. */
export function tellStep(
  request: PendingRequest,
  step: Pick<Escalation, 'afterMs' | 'to' | 'channels'>,
  { copies, early, unknown }: { copies: readonly Copy[]; early: Due['early']; unknown: readonly string[] },
  now: number,
): Change {
  const to = [...step.to.map(({ name }) => name), ...step.channels].join(', ')
  const unasked = unknown.length > 0 ? { notLookedUp: unknown.join(', ') } : {}
  return merge(
    {
      copies,
      effects: drawAll(copies, now),
      redraws: [{ request: request.id, at: now }],
    },
    record({
      name: 'request.escalated',
      at: now,
      actor: 'system',
      ...subjectOf(request),
      detail: { step: formatDuration(step.afterMs), to, ...reasonOf(early), ...unasked },
    }),
  )
}

function reasonOf(early: Due['early']) {
  if (early === undefined) return { reason: 'nobody decided' }
  if (early === 'nobody') return { reason: 'nobody to ask before' }
  return { reason: 'unreachable', who: early.destination, code: early.failed ?? '' }
}

function inThreadOf(card: Copy): Notice {
  return { destination: card.destination, thread: threadOf(card) }
}

/** A person's Slack id, and not a channel's. */
export function isPerson(destination: string): boolean {
  return /^[UW]/.test(destination)
}
