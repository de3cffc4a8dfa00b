/** What several rounds gave. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

/** The value that this share of all values does not exceed; between two of them, the mean of both for a median. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return share === 0.5 ? (below + above) / 2 : above
}

/** `0.52 (0.49–0.55)`. */
export function inWords({ median, least, most }: Spread, unit = ''): string {
  return least === most ? `${short(median)}${unit}` : `${short(median)}${unit} (${short(least)}–${short(most)}${unit})`
}

/** Three figures that matter, and no more. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US')
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** A whole number as people write it. */
export function counted(count: number): string {
  return count.toLocaleString('en-US')
}
