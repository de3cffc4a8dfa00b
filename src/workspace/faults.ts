/** How a call of the Web API goes wrong. */
export type Failure =
  /** HTTP 429 with `Retry-After`, in seconds. */
  | { readonly kind: 'rate limited'; readonly retryAfter: number }
  | { readonly kind: 'status'; readonly status: number }
  /** `ok: false` with this error. */
  | { readonly kind: 'error'; readonly error: string }
  /** Answered as usual, but late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Never answered. */
  | { readonly kind: 'silent' }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: 'torn' }

/** How a payload on its way to the bot goes wrong. */
export type Misdelivery =
  /** It arrives late; Slack counts the time for the acknowledgement from the beginning. */
  | { readonly kind: 'delayed'; readonly ms: number }
  /** It arrives twice at once, the same bytes or the same envelope; the first acknowledgement counts. */
  | { readonly kind: 'doubled' }
  /** It arrives, and the connection breaks before it can be acknowledged. */
  | { readonly kind: 'cut' }
  /** It never arrives. */
  | { readonly kind: 'lost' }

/** When a fault strikes: always, if nothing is said. */
export interface Extent {
  /** How many times it strikes. */
  readonly times?: number
  /** For how long it stands, in milliseconds of the workspace's clock. */
  readonly lastsMs?: number
  /** Which calls or payloads it strikes, by their fields. */
  readonly when?: (fields: Readonly<Record<string, unknown>>) => boolean
}

/** A failing call. With `applied` it takes effect and only its answer is lost. */
export type Fault = Failure & Extent & { readonly applied?: boolean }

/** A payload that goes astray. */
export type DeliveryFault = Misdelivery & Extent

/** A fault that is set now. */
export interface StandingFault<One extends Extent> {
  /** The method or the kind of payload that it strikes; `*` for all. */
  readonly strikes: string
  readonly fault: One
  /** How many times more. */
  left: number
  /** When it ends by itself. */
  readonly until: number
}

/** The faults that are set now. */
export class Faults<One extends Extent> {
  readonly #standing = new Set<StandingFault<One>>()
  readonly #now: () => number
  readonly #changed: () => void

  constructor(now: () => number, changed: () => void) {
    this.#now = now
    this.#changed = changed
  }

  /** Those that still strike, the oldest first. */
  get standing(): StandingFault<One>[] {
    for (const one of this.#standing) if (one.left <= 0 || this.#now() >= one.until) this.#standing.delete(one)
    return [...this.#standing]
  }

  /** Sets a fault on everything of that name (`*`: on everything). The returned function lifts it. */
  set(strikes: string, fault: One): () => void {
    const { times: left = Number.POSITIVE_INFINITY, lastsMs = Number.POSITIVE_INFINITY } = fault
    const standing = { strikes, fault, left, until: this.#now() + lastsMs }
    this.#standing.add(standing)
    this.#changed()
    return () => {
      if (this.#standing.delete(standing)) this.#changed()
    }
  }

  clear(): void {
    this.#standing.clear()
    this.#changed()
  }

  /** Finds the fault that strikes what has one of these names, the oldest first, and counts it. */
  strike(names: readonly string[], fields: Readonly<Record<string, unknown>>): One | undefined {
    const struck = this.standing.find(
      ({ strikes, fault }) => (strikes === '*' || names.includes(strikes)) && (!fault.when || fault.when(fields)),
    )
    if (!struck) return undefined
    struck.left -= 1
    this.#changed()
    return struck.fault
  }
}
