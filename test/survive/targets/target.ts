import type { Chance } from '../chance.ts'
import type { Story } from '../story.ts'
import type { Operation, Turn } from '../turn.ts'

export const ADAPTERS = ['postgres', 'webhook', 'command'] as const
export type AdapterKind = (typeof ADAPTERS)[number]

/** What a target is opened with. */
export interface Ground {
  readonly logins: readonly string[]
  readonly roles: readonly string[]
  readonly chance: Chance
  readonly story: Story
  /** What it does with a call that comes in now. */
  turn(operation: Operation): Turn
}

/** A target of the town, with a truth of its own that the bot's death does not touch. */
export interface TownTarget {
  readonly kind: AdapterKind
  /** For the bot's config. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What logins hold now, each as `login role`. */
  present(): Promise<readonly string[]>
  /** Gives access that was there before the bot. */
  give(login: string, role: string): Promise<void>
  /** Whether a call is under way, or was cut off so many milliseconds ago at most. */
  wasBusy(withinMs: number): boolean
  /** What calls did wrong. */
  complaints(): readonly string[]
  stop(): Promise<void>
}
