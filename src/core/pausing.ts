import { type Change, merge, record } from './change.ts'
import type { Actor } from './event.ts'
import { keysOf } from './freezing.ts'
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

/** Stopped once more while it is stopped: whoever agreed to resume before knew nothing of this, and must agree again. */
export function pauseAgain(pause: Pause, by: { readonly by: Actor; readonly reason: string }, now: number): Change {
  const detail = { again: pause.voices.map((voice) => voice.by) }
  return merge(
    { pauses: [{ ...pause, voices: [] }] },
    record({ name: 'bot.paused', at: now, actor: by.by, text: by.reason, detail }),
  )
}

/** What one more voice for resuming comes to: `left` more people must agree, or access may be given again. */
export interface Agreed {
  readonly change: Change
  readonly left: number
}

/**
 * Somebody agrees that access may be given again. One human counts once, and of the voices before only those that still
 * count; they are still free when this is stored. The log says of each voice what it came to.
 */
export function agreeToResume(
  pause: Pause,
  voice: ResumeVoice,
  { reason, void: gone }: { readonly reason: string; readonly void: readonly ResumeVoice[] },
): Result<Agreed> {
  const before = pause.voices.filter((one) => !gone.includes(one))
  if (before.some(({ subject, by }) => subject === voice.subject || by === voice.by))
    return refuse('agreed-by-you', 'You agreed to resume already: another of the security people must agree too.')
  const voices = [...before, voice]
  const left = VOICES_TO_RESUME - voices.length
  const endedAt = left > 0 ? null : voice.at
  const event = { at: voice.at, actor: voice.by, text: reason }
  const told =
    left > 0
      ? record({
          ...event,
          name: 'bot.paused',
          detail: {
            resume: `${voices.length} of ${VOICES_TO_RESUME} agree to resume`,
            ...(gone.length > 0 ? { void: gone.map(({ by }) => by) } : {}),
          },
        })
      : record({
          ...event,
          name: 'bot.resumed',
          detail: { pausedAt: instant(pause.at), agreed: voices.map(({ by }) => by) },
        })
  const keys = voices.flatMap(({ subject, by: id }) => keysOf({ subject, id }))
  const guards = [{ kind: 'not-frozen', keys } as const]
  return accept({ change: merge({ guards, pauses: [{ ...pause, voices, endedAt }] }, told), left })
}
