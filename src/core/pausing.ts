import { type Change, merge, record } from './change.ts'
import type { Actor } from './event.ts'
import { instant } from './granting.ts'
import type { Pause, ResumeVoice } from './pause.ts'
import { accept, type Result, refuse } from './result.ts'

/** So many different people must agree that access may be given again. */
const VOICES_TO_RESUME = 2

/** Whether access may be given, as far as the pause goes: who stopped it, and why, for whoever waits. */
export function notPaused(pause: Pause | undefined): Result<true> {
  return pause
    ? refuse('paused', `No access is given just now: ${whoAndWhy(pause)} Ask the security team if it cannot wait.`)
    : accept(true)
}

/** Who stopped it, when and why, as a sentence. */
export function whoAndWhy({ byName, at, reason }: Pause): string {
  return `paused by ${byName} at ${instant(at)}, “${reason}”.`
}

/** Stops all new access. What is held stays until its end, and is taken away as ever. */
export function beginPause(
  by: { readonly id: string; readonly by: Actor; readonly byName: string; readonly reason: string },
  now: number,
): Change {
  return merge(
    { pauses: [{ ...by, version: 0, at: now, voices: [], endedAt: null }] },
    record({ name: 'bot.paused', at: now, actor: by.by, text: by.reason }),
  )
}

/** What one more voice for resuming comes to: `left` more people must agree, or access may be given again. */
export interface Agreed {
  readonly change: Change
  readonly left: number
}

/** Somebody agrees that access may be given again. One human counts once. The log says of each voice what it came to. */
export function agreeToResume(pause: Pause, voice: ResumeVoice, reason: string): Result<Agreed> {
  if (pause.voices.some(({ subject, by }) => subject === voice.subject || by === voice.by))
    return refuse('agreed-by-you', 'You agreed to resume already: another of the security people must agree too.')
  const voices = [...pause.voices, voice]
  const left = VOICES_TO_RESUME - voices.length
  const endedAt = left > 0 ? null : voice.at
  const event = { at: voice.at, actor: voice.by, text: reason }
  const told =
    left > 0
      ? record({
          ...event,
          name: 'bot.paused',
          detail: { resume: `${voices.length} of ${VOICES_TO_RESUME} agree to resume` },
        })
      : record({
          ...event,
          name: 'bot.resumed',
          detail: { pausedAt: instant(pause.at), agreed: voices.map(({ by }) => by) },
        })
  return accept({ change: merge({ pauses: [{ ...pause, voices, endedAt }] }, told), left })
}
