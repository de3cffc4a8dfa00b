const MOST_DETAILS = 20

interface Violation {
  words: string
  readonly story: readonly string[]
}

export interface BrokenLaw {
  readonly law: string
  readonly details: readonly string[]
  /** What led to each of them, as far as it is known. */
  readonly stories: readonly (readonly string[])[]
}

/** What was found against the laws. */
export class Violations {
  readonly #found = new Map<string, Map<string, Violation>>()
  readonly #context: () => string

  /** @param context where we are, for the details */
  constructor(context: () => string) {
    this.#context = context
  }

  /**
   * @param what one thing that is wrong, which counts once; `more` may differ whenever it is seen, and the last counts
   * @param story asked for the first time
   */
  add(law: string, what: string, more = '', story: () => readonly string[] = () => []): void {
    const details = this.#found.get(law) ?? new Map<string, Violation>()
    this.#found.set(law, details)
    const words = `${what}${more} [${this.#context()}]`
    const known = details.get(what)
    if (known) known.words = words
    else if (details.size < MOST_DETAILS) details.set(what, { words, story: story() })
  }

  get count(): number {
    return [...this.#found.values()].reduce((sum, details) => sum + details.size, 0)
  }

  /** The details of each law that was broken. */
  list(): BrokenLaw[] {
    return [...this.#found].map(([law, found]) => {
      const all = [...found.values()]
      return { law, details: all.map(({ words }) => words), stories: all.map(({ story }) => story) }
    })
  }
}
