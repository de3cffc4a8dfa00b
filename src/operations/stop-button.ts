import type { Change } from '../core/change.ts'
import type { Actor } from '../core/event.ts'
import type { Subject } from '../core/ids.ts'
import { agreeToResume, beginPause, whoAndWhy } from '../core/pausing.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { checkText, MOST_REASON } from '../core/typed-text.ts'
import type { Deps } from './ports.ts'

/** Who wants it, and why; `name` is what he is called, `subject` who he is. */
export interface Wanted {
  readonly by: Actor
  readonly name: string
  readonly subject: Subject
  readonly reason: string
}

/** What pausing or resuming comes to: what is to be stored, and what to say. */
export interface Stopping {
  readonly change: Change
  readonly sentence: string
  /** Whether no access is given afterwards. */
  readonly paused: boolean
}

/** Stops all new access. */
export async function decidePause(
  { store, ids }: Pick<Deps, 'store' | 'ids'>,
  { by, name, reason }: Wanted,
  now: number,
): Promise<Result<Stopping>> {
  const why = checkReason(reason)
  if (!why.ok) return why
  const pause = await store.pause()
  if (pause) return refuse('paused-already', `Nothing was changed: it is ${whoAndWhy(pause)}`)
  return accept({
    change: beginPause({ id: ids.opaque(), by, byName: name, reason: why.value }, now),
    sentence:
      'Paused: no access is given until two of the security people resume. What people hold stays until its end, and can be revoked.',
    paused: true,
  })
}

/** One voice of the two that it takes to give access again. */
export async function decideResume(
  { store }: Pick<Deps, 'store'>,
  { by, subject, reason }: Wanted,
  now: number,
): Promise<Result<Stopping>> {
  const why = checkReason(reason)
  if (!why.ok) return why
  const pause = await store.pause()
  if (!pause) return refuse('not-paused', 'Nothing is paused: access can be given.')
  const agreed = agreeToResume(pause, { subject, by, at: now }, why.value)
  if (!agreed.ok) return agreed
  const { change, left } = agreed.value
  const sentence =
    left > 0
      ? '1 of 2: another of the security people must agree. Until then no access is given.'
      : 'Resumed: access can be given again.'
  return accept({ change, sentence, paused: left > 0 })
}

function checkReason(typed: string): Result<string> {
  const text = checkText(typed, MOST_REASON)
  return text.ok && text.value === '' ? refuse('no-reason', 'Say why, too. Nothing was changed.') : text
}
