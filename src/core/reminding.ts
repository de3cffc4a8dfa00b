import { NUDGE_GAP_MS } from './asking.ts'
import { type Change, merge, record } from './change.ts'
import type { Copy } from './copy.ts'
import type { Effect } from './effect.ts'
import type { Actor } from './event.ts'
import { instant } from './granting.ts'
import { subjectOf } from './opening.ts'
import type { PendingRequest, Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'

/** How often a requester may have those whom he asked reminded. */
const MOST_NUDGES = 3

/** Whether the requester may have them reminded now. */
export function mayNudge({ nudges, nudgedAt, id }: PendingRequest, now: number): Result<true> {
  if (nudges >= MOST_NUDGES)
    return refuse(
      'nudged-enough',
      `They were reminded of ${id} ${MOST_NUDGES} times for you, which is all that I do. Call one of them.`,
    )
  const nextAt = (nudgedAt ?? Number.NEGATIVE_INFINITY) + NUDGE_GAP_MS
  if (now >= nextAt) return accept(true)
  return refuse(
    'nudged-just-now',
    `They were reminded of ${id} a moment ago. You can have them reminded again from ${instant(nextAt)} on; if it cannot wait, call one of them.`,
  )
}

/**
 * The cards in whose threads a reminder makes sense: those that stand where somebody may still decide. One for each
 * thread, and none for who has agreed already.
 */
export function remindable({ approvals, terms }: Request, copies: readonly Copy[]): readonly Copy[] {
  const deciding = new Set([0, ...terms.approvers.map(({ afterMs }) => afterMs)])
  const agreed = new Set(approvals.map(({ by }) => by))
  const standing = copies.filter(
    ({ audience, ts, stepMs, destination }) =>
      audience === 'approvers' && ts !== null && deciding.has(stepMs) && !agreed.has(destination),
  )
  return [...new Map(standing.map((copy) => [`${copy.channel} ${threadOf(copy)}`, copy])).values()]
}

/** The message in whose thread things about a card belong. */
export function threadOf({ thread, ts }: Pick<Copy, 'thread' | 'ts'>): string | null {
  return thread ?? ts
}

/** Reminds those who may decide, in the threads of these cards. `request` counts the reminder already, and is stored beside it. */
export function remind(request: PendingRequest, copies: readonly Copy[], by: Actor, now: number): Change {
  const number = remindersOf(request)
  const effects: Effect[] = copies.map(({ id, destination }) => {
    return { kind: 'remind', copy: id, destination, number, dueAt: now }
  })
  return merge(
    { effects },
    record({
      name: 'request.reminded',
      at: now,
      actor: by,
      ...subjectOf(request),
      detail: { number, to: copies.map(({ destination }) => destination).join(', ') },
    }),
  )
}

/** Reminders of both kinds, so that each has a number of its own. */
export function remindersOf({ reminded, nudges }: Pick<Request, 'reminded' | 'nudges'>): number {
  return reminded + nudges
}
