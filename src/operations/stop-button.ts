import type { Change } from '../core/change.ts'
import type { Actor } from '../core/event.ts'
import { keysOf } from '../core/freezing.ts'
import type { Subject } from '../core/ids.ts'
import type { Pause, ResumeVoice } from '../core/pause.ts'
import { agreeToResume, beginPause, pauseAgain, whoAndWhy } from '../core/pausing.ts'
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
  if (pause) return alreadyPaused(pause, { by, reason: why.value }, now)
  return accept({
    change: beginPause({ id: ids.opaque(), by, byName: name, reason: why.value }, now),
    sentence:
      'Paused: no access is given until two of the security people resume. What people hold stays until its end, and can be revoked.',
    paused: true,
  })
}

function alreadyPaused(pause: Pause, by: Pick<Wanted, 'by' | 'reason'>, now: number): Result<Stopping> {
  if (pause.voices.length === 0) return refuse('paused-already', `Nothing was changed: it is ${whoAndWhy(pause)}`)
  return accept({
    change: pauseAgain(pause, by, now),
    sentence: `It stays ${whoAndWhy(pause)} ${namesIn(pause.voices)} had agreed to resume: that counts no more, two must agree again.`,
    paused: true,
  })
}

function namesIn(voices: readonly ResumeVoice[]): string {
  return voices.map(({ subject }) => subject).join(', ')
}

/**
 * One voice of the two that it takes to give access again. The voice before counts only while nobody has frozen it and
 * `stillCounts`.
 */
export async function decideResume(
  { store }: Pick<Deps, 'store'>,
  { by, subject, reason }: Wanted,
  now: number,
  stillCounts: (voice: ResumeVoice) => Promise<Result<boolean>> = async () => accept(true),
): Promise<Result<Stopping>> {
  const why = checkReason(reason)
  if (!why.ok) return why
  const pause = await store.pause()
  if (!pause) return refuse('not-paused', 'Nothing is paused: access can be given.')
  const gone = await voided({ store }, pause, stillCounts)
  if (!gone.ok) return gone
  const agreed = agreeToResume(pause, { subject, by, at: now }, { reason: why.value, void: gone.value })
  if (!agreed.ok) return agreed
  const { change, left } = agreed.value
  const lost = gone.value.length > 0 ? ` What ${namesIn(gone.value)} said before counts no more.` : ''
  const sentence =
    left > 0
      ? `1 of 2: another of the security people must agree. Until then no access is given.${lost}`
      : 'Resumed: access can be given again.'
  return accept({ change, sentence, paused: left > 0 })
}

/** The voices of before that count no more. */
async function voided(
  { store }: Pick<Deps, 'store'>,
  { voices }: Pause,
  stillCounts: (voice: ResumeVoice) => Promise<Result<boolean>>,
): Promise<Result<readonly ResumeVoice[]>> {
  const gone: ResumeVoice[] = []
  for (const voice of voices) {
    const frozen = await store.freezes(keysOf({ subject: voice.subject, id: voice.by }))
    const counts = frozen.length > 0 ? accept(false) : await stillCounts(voice)
    if (!counts.ok) return counts
    if (!counts.value) gone.push(voice)
  }
  return accept(gone)
}

function checkReason(typed: string): Result<string> {
  const text = checkText(typed, MOST_REASON)
  return text.ok && text.value === '' ? refuse('no-reason', 'Say why, too. Nothing was changed.') : text
}
