import { LABELS, type Label } from '../../src/operations/labels.ts'
import type { Chance } from './chance.ts'

/** How the next process is going to die. */
export interface Death {
  /** `undefined`: at a random instant. */
  readonly label: Label | undefined
  readonly passing: number
  /** From the spawn: when it is killed, or from when on passings of the label count. */
  readonly afterMs: number
}

/** Every so many lives, one is long: then it shows whether access ends in time. */
const LONG_EVERY = 6
const LONG_MS = 3_600
/** How long a label is waited for. */
export const LABEL_WITHIN_MS = 4_000

/** Decides where processes die, so that every label gets its share. */
export class Plan {
  readonly #kills: number
  readonly #chance: Chance
  readonly #hits = new Map<Label, number>(LABELS.map((label) => [label, 0]))
  #done = 0

  constructor(kills: number, chance: Chance) {
    this.#kills = kills
    this.#chance = chance
  }

  /** How often each label must be hit at least. */
  get demand(): number {
    return demandOf(this.#kills)
  }

  get hits(): ReadonlyMap<Label, number> {
    return this.#hits
  }

  next(): Death {
    const long = this.#done % LONG_EVERY === LONG_EVERY - 1 ? LONG_MS : 0
    const owed = [...this.#hits.values()].reduce((sum, hits) => sum + Math.max(0, this.demand - hits), 0)
    const atLabel = owed >= this.#kills - this.#done || this.#chance.hits(0.65)
    if (!atLabel) return { label: undefined, passing: 0, afterMs: long + this.#chance.between(250, 2_800) }
    const passing = 1 + Math.floor(this.#chance.between(0, 4))
    return { label: this.#rarest(), passing, afterMs: long + this.#chance.between(0, 1_700) }
  }

  count(label: Label | undefined): void {
    this.#done += 1
    if (label) this.#hits.set(label, this.#hits.get(label)! + 1)
  }

  #rarest(): Label {
    const fewest = Math.min(...this.#hits.values())
    return this.#chance.pick(LABELS.filter((label) => this.#hits.get(label) === fewest))
  }
}

/** With 300 kills each label five times; with fewer, at least once if there are enough. */
function demandOf(kills: number): number {
  if (kills < LABELS.length) return 0
  return Math.max(1, Math.min(5, Math.floor((kills * 5) / 300)))
}
