import { MOST_EFFECT_MS } from './turn.ts'

/** Of what happened to one access, so much is kept. */
const KEPT = 60

interface Chapter {
  readonly at: number
  readonly words: string
}

/** What happened at the targets, access by access: it explains what the laws complain of. */
export class Story {
  readonly #chapters = new Map<string, Chapter[]>()
  readonly #takenLateAt = new Map<string, number>()
  /** Grants that took effect after their caller was dead. */
  lateGrants = 0

  tell(pair: string, words: string, at = Date.now()): void {
    const own = this.#chapters.get(pair) ?? []
    this.#chapters.set(pair, own)
    own.push({ at, words })
    if (own.length > KEPT) own.shift()
  }

  /** A revoke whose caller no longer waited for it has taken effect: nobody can keep it from hitting what was given since. */
  tookLate(pair: string, at = Date.now()): void {
    this.#takenLateAt.set(pair, at)
  }

  /** Whether such a one can have hit access that was given at an instant. */
  wasTakenLate(pair: string, activeAt: number): boolean {
    return (this.#takenLateAt.get(pair) ?? 0) >= activeAt - MOST_EFFECT_MS
  }

  of(pair: string): readonly Chapter[] {
    return this.#chapters.get(pair) ?? []
  }
}
