import type { Actor } from './event.ts'
import type { Subject } from './ids.ts'

/** Who agreed that access may be given again. An operator's subject is his name at the command line. */
export interface ResumeVoice {
  readonly subject: Subject
  readonly by: Actor
  readonly at: number
}

/** While it lasts no access is given. Ended by two different people of security. */
export interface Pause {
  readonly id: string
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly at: number
  readonly by: Actor
  /** As he was shown then; typed by people, so never interpreted. */
  readonly byName: string
  readonly reason: string
  readonly voices: readonly ResumeVoice[]
  /** `null` while it lasts. */
  readonly endedAt: number | null
}
