import type { Copy } from './copy.ts'
import type { Escalation, Rule } from './policy.ts'
import type { PendingRequest, Request } from './request.ts'

/** The parts of a rule that say who is asked, and when. */
export type Asks = Pick<Rule, 'remindMs' | 'escalate'>

/** Somebody who was reminded is left alone for so long. */
export const NUDGE_GAP_MS = 2 * 60_000

/** What is due for a pending request. */
export interface Due {
  readonly reminds: boolean
  /** Steps to be told now, in the order of their time. */
  readonly steps: readonly Escalation[]
  /** Why a step is told before its time: somebody could not be reached, or there was nobody to ask. */
  readonly early: Copy | 'nobody' | undefined
}

type Asked = Pick<Request, 'openedAt' | 'lapsesAt' | 'escalatedMs' | 'reminded' | 'nudgedAt'>

/** What is due now: whatever time has brought, and the next step at once where the last one cannot be reached. */
export function dueFor(request: PendingRequest, rule: Asks, copies: readonly Copy[], now: number): Due {
  if (now >= request.lapsesAt) return { reminds: false, steps: [], early: undefined }
  const inTime = laterSteps(request, rule).filter(({ afterMs }) => request.openedAt + afterMs <= now)
  const early = inTime.length > 0 ? undefined : whyEarly(request, copies)
  const steps = early ? nextStepsOf(request, rule) : inTime
  return { reminds: reminderIsDue(request, rule, now), steps, early: steps.length > 0 ? early : undefined }
}

/** When something is due next, after what was due by now; `undefined`: nothing more before it lapses. */
export function nextAskAt(request: Asked, rule: Asks, now: number): number | undefined {
  if (now >= request.lapsesAt) return undefined
  const times = [nextStepAt(request, rule), nextReminderAt(request, rule)]
  const due = times.filter((at) => at !== undefined && at < request.lapsesAt) as number[]
  return due.length > 0 ? Math.min(...due) : undefined
}

/** The steps that come together next, in the order of the rule; empty after the last one. */
export function nextStepsOf(request: Asked, rule: Asks): readonly Escalation[] {
  const later = laterSteps(request, rule)
  return later.filter(({ afterMs }) => afterMs === later[0]?.afterMs)
}

/** When the next step comes by itself. */
export function nextStepAt(request: Asked, rule: Asks): number | undefined {
  const [next] = nextStepsOf(request, rule)
  return next && request.openedAt + next.afterMs
}

/** How many reminders time has brought by then: one after `remindMs`, then after twice as long, four times as long … */
export function remindersBy({ openedAt }: Pick<Request, 'openedAt'>, { remindMs }: Asks, now: number): number {
  let count = 0
  while (remindMs !== undefined && openedAt + reminderAfter(remindMs, count + 1) <= now) count += 1
  return count
}

/** The cards that somebody who decides was sent for the newest step, and that will never get there. */
export function unreachedOf({ escalatedMs }: Asked, copies: readonly Copy[]): readonly Copy[] {
  return copies.filter((copy) => copy.stepMs === escalatedMs && copy.audience === 'approvers' && isUnreached(copy))
}

export function isUnreached({ ts, failed }: Pick<Copy, 'ts' | 'failed'>): boolean {
  return ts === null && failed !== null
}

function laterSteps({ escalatedMs }: Asked, { escalate }: Asks): readonly Escalation[] {
  return escalate.filter(({ afterMs }) => afterMs > escalatedMs).toSorted((a, b) => a.afterMs - b.afterMs)
}

function whyEarly(request: PendingRequest, copies: readonly Copy[]): Due['early'] {
  const [unreached] = unreachedOf(request, copies)
  if (unreached) return unreached
  const nobodyAsked = request.escalatedMs === 0 && !copies.some(({ audience }) => audience === 'approvers')
  return nobodyAsked ? 'nobody' : undefined
}

/** Those that were missed, because the bot was away, are one. */
function reminderIsDue(request: PendingRequest, rule: Asks, now: number): boolean {
  return remindersBy(request, rule, now) > request.reminded && now >= quietUntil(request)
}

function nextReminderAt(request: Asked, { remindMs }: Asks): number | undefined {
  if (remindMs === undefined) return undefined
  return Math.max(request.openedAt + reminderAfter(remindMs, request.reminded + 1), quietUntil(request))
}

/** Whoever was nudged a moment ago need not be reminded as well. */
function quietUntil({ nudgedAt }: Asked): number {
  return nudgedAt === null ? 0 : nudgedAt + NUDGE_GAP_MS
}

function reminderAfter(remindMs: number, number: number): number {
  return remindMs * (2 ** number - 1)
}
