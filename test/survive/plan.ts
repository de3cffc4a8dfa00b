import { LABELS, type Label } from '../../src/operations/labels.ts'
import type { Chance } from './chance.ts'

/** How the next process is going to die. */
export interface Death {
  /** `undefined`: at a random instant. */
  readonly label: Label | undefined
  readonly passing: number
  /** What `afterMs` counts from: its spawn, or the moment at which it was ready. */
  readonly from: 'spawn' | 'ready'
  /** When it is killed, or from when on passings of the label count. */
  readonly afterMs: number
}

/** Every so many lives, one is long: then it shows whether access ends in time. */
const LONG_EVERY = 12
const LONG_MS = 3_200
/** How long a label is waited for. */
export const LABEL_WITHIN_MS = 3_000
/** Of the kills that are left, such a share is kept for labels that were waited for in vain. */
const SPARE_SHARE = 0.2
/** Such a share dies while it starts, or soon after. */
const EARLY_SHARE = 0.3

/** Points that no process passes while Slack is away. */
const OF_SLACK = /^(inbox|draw|feed|tell|answer)\./

/** Decides where processes die, so that every label gets its share. */
export class Plan {
  readonly #kills: number
  readonly #chance: Chance
  readonly #hits = new Map<Label, number>(LABELS.map((label) => [label, 0]))
  readonly #favourite: Label | undefined
  #done = 0

  /** @param favourite where half of those that die at a label die */
  constructor(kills: number, chance: Chance, favourite?: Label) {
    this.#kills = kills
    this.#chance = chance
    this.#favourite = favourite
  }

  /** How often each label must be hit at least. */
  get demand(): number {
    return demandOf(this.#kills)
  }

  get hits(): ReadonlyMap<Label, number> {
    return this.#hits
  }

  /** @param slackIsThere whether points that need Slack can be reached */
  next(slackIsThere = true): Death {
    const long = this.#done % LONG_EVERY === LONG_EVERY - 1 ? LONG_MS : 0
    const owed = [...this.#hits.values()].reduce((sum, hits) => sum + Math.max(0, this.demand - hits), 0)
    const atLabel = owed >= (this.#kills - this.#done) * (1 - SPARE_SHARE) || this.#chance.hits(0.65)
    const from = long === 0 && this.#chance.hits(EARLY_SHARE) ? 'spawn' : 'ready'
    if (!atLabel) return { label: undefined, passing: 0, from, afterMs: long + this.#chance.between(100, 700) }
    const passing = 1 + Math.floor(this.#chance.between(0, 3))
    return { label: this.#label(slackIsThere), passing, from, afterMs: long + this.#chance.between(0, 300) }
  }

  count(label: Label | undefined): void {
    this.#done += 1
    if (label) this.#hits.set(label, this.#hits.get(label)! + 1)
  }

  #label(slackIsThere: boolean): Label {
    if (this.#favourite && slackIsThere && this.#chance.hits(0.5)) return this.#favourite
    const near = LABELS.filter((label) => slackIsThere || !OF_SLACK.test(label))
    const fewest = Math.min(...near.map((label) => this.#hits.get(label)!))
    return this.#chance.pick(near.filter((label) => this.#hits.get(label) === fewest))
  }
}

/** With 300 kills each label five times; with fewer, at least once if there are enough. */
function demandOf(kills: number): number {
  if (kills < LABELS.length) return 0
  return Math.max(1, Math.min(5, Math.floor((kills * 5) / 300)))
}
