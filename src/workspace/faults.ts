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

/** A failure, and when it strikes. */
export type Fault = Failure & {
  /** How many calls it strikes; all of them until it is lifted, if not given. */
  readonly times?: number
  /** Which calls it strikes, by their arguments. */
  readonly when?: (args: Readonly<Record<string, unknown>>) => boolean
  /** The call takes effect and only its answer is lost. */
  readonly applied?: boolean
}

interface Standing {
  readonly method: string
  readonly fault: Fault
  left: number
}

/** The faults that are set now. */
export class Faults {
  readonly #standing = new Set<Standing>()

  /** Sets a fault on a method, on `response_url`, or on everything (`*`). The returned function lifts it. */
  set(method: string, fault: Fault): () => void {
    const standing = { method, fault, left: fault.times ?? Number.POSITIVE_INFINITY }
    this.#standing.add(standing)
    return () => this.#standing.delete(standing)
  }

  clear(): void {
    this.#standing.clear()
  }

  /** Finds the fault that strikes this call, the oldest first, and counts it. */
  strike(method: string, args: Readonly<Record<string, unknown>>): Fault | undefined {
    for (const standing of this.#standing) {
      const { fault } = standing
      if (standing.method !== '*' && standing.method !== method) continue
      if (fault.when && !fault.when(args)) continue
      standing.left -= 1
      if (standing.left <= 0) this.#standing.delete(standing)
      return fault
    }
    return undefined
  }
}
