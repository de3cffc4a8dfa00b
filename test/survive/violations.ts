const MOST_DETAILS = 20

/** What was found against the laws. */
export class Violations {
  readonly #found = new Map<string, Map<string, string>>()
  readonly #context: () => string

  /** @param context where we are, for the details */
  constructor(context: () => string) {
    this.#context = context
  }

  /** @param what one thing that is wrong, which counts once; `more` may differ whenever it is seen, and the last counts */
  add(law: string, what: string, more = ''): void {
    const details = this.#found.get(law) ?? new Map<string, string>()
    this.#found.set(law, details)
    if (details.has(what) || details.size < MOST_DETAILS) details.set(what, `${what}${more} [${this.#context()}]`)
  }

  get count(): number {
    return [...this.#found.values()].reduce((sum, details) => sum + details.size, 0)
  }

  /** The details of each law that was broken. */
  list(): { readonly law: string; readonly details: readonly string[] }[] {
    return [...this.#found].map(([law, details]) => ({ law, details: [...details.values()] }))
  }
}
