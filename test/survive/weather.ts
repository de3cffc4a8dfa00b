import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import { drawTurn, type Operation, type Sky, type Turn } from './turn.ts'

/** What may be wrong with the world: with targets, or with Slack. */
export type Kind = Sky | 'no-slack'
export const FOUL = ['slow', 'flapping', 'lying', 'no-slack'] as const satisfies readonly Kind[]
export type Foul = (typeof FOUL)[number]
export const KINDS = ['fair', ...FOUL] as const satisfies readonly Kind[]

/** A stretch of time with one kind of weather. */
interface Spell {
  readonly kind: Kind
  /** The targets that it hits; the others are fair. */
  readonly targets: readonly string[]
  readonly from: number
  to: number
  /** How long a flapping target is down, and then up. */
  readonly flipMs: number
}

/** Short, so that the waits between two tries stay short; the pauses are long enough for access to be gone in them. */
const FOUL_MS = { least: 2_000, most: 4_000 }
const FAIR_MS = { least: 3_000, most: 5_500 }
const FLIP_MS = { least: 300, most: 1_500 }
const HIT_SHARE = 0.55

export interface WeatherOptions {
  readonly chance: Chance
  readonly targets: readonly string[]
  /** What comes by turns. */
  readonly kinds: readonly Foul[]
  /** Slack goes away; the returned function brings it back. */
  loseSlack(): () => void
}

/** Foul spells by turns, each followed by a fair one: their order, length and targets come from the seed. */
export class Weather {
  readonly #options: WeatherOptions
  readonly #spells: Spell[] = []
  readonly #over = new AbortController()
  #blowing: Promise<void> = Promise.resolve()

  constructor(options: WeatherOptions) {
    this.#options = options
  }

  begin(): void {
    this.#blowing = this.#blow().catch(() => undefined) // it was told to clear up
  }

  /** From now on all is fair. */
  async clearUp(): Promise<void> {
    this.#over.abort()
    await this.#blowing
  }

  async #blow(): Promise<void> {
    const { chance, kinds } = this.#options
    for (;;) {
      for (const kind of shuffled(kinds, chance)) {
        await this.#spell(kind, FOUL_MS)
        await this.#spell('fair', FAIR_MS)
      }
    }
  }

  async #spell(kind: Kind, { least, most }: { least: number; most: number }): Promise<void> {
    const { chance, loseSlack } = this.#options
    const targets = this.#hitBy(kind)
    const flipMs = chance.between(FLIP_MS.least, FLIP_MS.most)
    const spell = { kind, targets, from: Date.now(), to: Number.POSITIVE_INFINITY, flipMs }
    this.#spells.push(spell)
    const restore = kind === 'no-slack' ? loseSlack() : () => {}
    try {
      await sleep(chance.between(least, most), undefined, { signal: this.#over.signal })
    } finally {
      restore()
      spell.to = Date.now()
    }
  }

  /** At least one. */
  #hitBy(kind: Kind): readonly string[] {
    const { chance, targets } = this.#options
    if (kind === 'fair' || kind === 'no-slack') return []
    const sure = chance.pick(targets)
    return targets.filter((target) => chance.hits(HIT_SHARE) || target === sure)
  }

  get kinds(): readonly Foul[] {
    return this.#options.kinds
  }

  /** Kinds that should have come by now, and did not. */
  neverCame(): readonly Foul[] {
    return this.#options.kinds.filter((kind) => this.#spells.every((spell) => spell.kind !== kind))
  }

  /** Whether people can reach Slack, and Slack the bot, undisturbed. */
  get slackIsThere(): boolean {
    const now = this.#spells.at(-1)
    return now?.kind !== 'no-slack' || now.to <= Date.now()
  }

  /** What a target does with a call that comes in now. */
  turnOf(target: string, operation: Operation): Turn {
    const spell = this.#spellOver(target, Date.now())
    const sky = spell ? (spell.kind as Sky) : 'fair'
    const down = spell !== undefined && Math.floor((Date.now() - spell.from) / spell.flipMs) % 2 === 0
    return drawTurn({ sky, operation, down }, this.#options.chance)
  }

  /** The weather over a target at one instant. */
  at(target: string, at: number): Kind {
    return this.#spellOver(target, at)?.kind ?? (this.#kindAt(at) === 'no-slack' ? 'no-slack' : 'fair')
  }

  /** The first foul weather that a target had in a stretch of time; that of Slack, if there was none. */
  during(target: string, from: number, to: number): Kind {
    const spells = this.#spells.filter((spell) => spell.from < to && spell.to > from && spell.kind !== 'fair')
    const foul = spells.find(({ targets }) => targets.includes(target))
    return foul?.kind ?? spells[0]?.kind ?? 'fair'
  }

  /** Since when a target has been fair; far in the future while it is not. */
  fairSince(target: string): number {
    const last = this.#spells.findLast(({ targets }) => targets.includes(target))
    return last?.to ?? 0
  }

  /** The weather at one instant, whomever it hits. */
  #kindAt(at: number): Kind {
    return this.#spells.findLast(({ from, to }) => from <= at && at < to)?.kind ?? 'fair'
  }

  #spellOver(target: string, at: number): Spell | undefined {
    return this.#spells.findLast(({ targets, from, to }) => from <= at && at < to && targets.includes(target))
  }

  /** How many spells of each kind there were, and for how long. */
  summary(): Record<Kind, { readonly spells: number; readonly seconds: number }> {
    const entries = KINDS.map((kind) => {
      const own = this.#spells.filter((spell) => spell.kind === kind)
      const ms = own.reduce((sum, { from, to }) => sum + Math.min(to, Date.now()) - from, 0)
      return [kind, { spells: own.length, seconds: Math.round(ms / 1_000) }] as const
    })
    return Object.fromEntries(entries) as Record<Kind, { spells: number; seconds: number }>
  }
}

function shuffled<Item>(items: readonly Item[], chance: Chance): Item[] {
  return items
    .map((item) => ({ item, rank: chance.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
