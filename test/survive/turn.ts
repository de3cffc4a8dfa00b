import type { Chance } from './chance.ts'

/** How a target behaves for a while. */
export type Sky = 'fair' | 'slow' | 'flapping' | 'lying'
export type Operation = 'grant' | 'revoke' | 'holds'

/** What a target does with one call. Times count from the call. */
export interface Turn {
  readonly sky: Sky
  /** Whether what is asked for is done at all. */
  readonly acts: boolean
  /** Never longer than `quiet` allows. */
  readonly actsAfterMs: number
  readonly answersAfterMs: number
  /** `yes`: what is wanted, whether or not it is so; `trouble`: out of order just now, or a broken line; `silence`: nothing at all. */
  readonly answer: 'truth' | 'yes' | 'trouble' | 'silence'
}

/** For stories. */
export function turnInWords({ sky, acts, actsAfterMs, answersAfterMs, answer }: Turn): string {
  const does = acts ? `acts after ${Math.round(actsAfterMs)} ms` : 'does nothing'
  return `${sky}: ${does}, after ${Math.round(answersAfterMs)} ms ${answer}`
}

/** An effect comes so late at most; `quiet` is longer, by what a busy machine adds. */
export const MOST_EFFECT_MS = 700
/** That of a grant may come so long after the deadline of its call, which is this, and never after the end of the grant. */
const DEADLINE_MS = 1_000
const MOST_GRANT_MS = DEADLINE_MS + MOST_EFFECT_MS

/** Until when a grant call that came now may take effect, if the access is to end at `expiresAt`. */
export function latestEffect(now: number, expiresAt: number): number {
  return Math.min(now + DEADLINE_MS, Math.max(now, expiresAt)) + MOST_EFFECT_MS
}

/** What the drawing depends on; `down`: a flapping target is down just now. */
interface Given {
  readonly sky: Sky
  readonly operation: Operation
  readonly down: boolean
}

/** Draws what a target does. What it says about access that it holds is always true: a liar in that could not be known. */
export function drawTurn({ sky, operation, down }: Given, chance: Chance): Turn {
  const changes = operation !== 'holds'
  const late = chance.between(0, operation === 'grant' ? MOST_GRANT_MS : MOST_EFFECT_MS)
  const soon = changes ? chance.between(5, 60) : chance.between(0, 10)
  const fair: Turn = { sky, acts: true, actsAfterMs: soon, answersAfterMs: soon, answer: 'truth' }
  switch (sky) {
    case 'fair':
      return fair
    case 'slow': {
      const actsAfterMs = changes ? late : 0
      const answersAfterMs = actsAfterMs + chance.between(0, 700)
      const answer = chance.hits(0.25) ? 'silence' : 'truth'
      return { ...fair, acts: chance.hits(0.9), actsAfterMs, answersAfterMs, answer }
    }
    case 'flapping':
      return down ? { ...fair, acts: chance.hits(0.35), answer: 'trouble' } : fair
    case 'lying':
      if (!changes) return fair
      return { ...fair, acts: chance.hits(0.5), actsAfterMs: late, answer: 'yes' }
  }
}
