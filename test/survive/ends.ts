import { ADAPTERS } from './targets/target.ts'
import { KINDS, type Kind } from './weather.ts'

/** One end of access, as it was seen. */
export interface End {
  readonly adapter: string
  /** What the weather was like between the end and the loss of access. */
  readonly kind: Kind
  /** How late access was gone, in milliseconds after its end or the spawn of the process that found it overdue. */
  readonly lateMs: number
  /** The same without the time for which the machine gave no processor. */
  readonly ownLateMs: number
  /** The same since the target was fair again, if it was foul in between. */
  readonly afterMs: number | undefined
}

export interface Spread {
  readonly judged: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

/** How late access was gone, for every adapter and weather. */
export interface Lateness {
  readonly [adapter: string]: { readonly [kind in Kind]?: Spread }
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { judged: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}

/** @param value what is counted of each end; those for which it is undefined are left out */
export function latenessOf(ends: readonly End[], value: (end: End) => number | undefined): Lateness {
  const cell = (adapter: string, kind: Kind) => {
    const own = ends.filter((end) => end.adapter === adapter && end.kind === kind)
    return spreadOf(own.flatMap((end) => value(end) ?? []))
  }
  const row = (adapter: string) =>
    KINDS.map((kind) => [kind, cell(adapter, kind)] as const).filter(([, { judged }]) => judged > 0)
  return Object.fromEntries(ADAPTERS.map((adapter) => [adapter, Object.fromEntries(row(adapter))]))
}
