/** The candidate that a slip of the finger could have meant: at most a third of its letters differ. */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
  if (typed.length > 60) return undefined
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const distance = candidate.startsWith(typed) && typed.length > 2 ? 1 : distanceOf(typed, candidate)
    if (distance <= Math.max(1, candidate.length / 3) && distance < (best?.distance ?? Infinity))
      best = { candidate, distance }
  }
  return best?.candidate
}

/** Levenshtein's distance. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let index = 1; index <= from.length; index++) {
    const next = [index]
    for (let column = 1; column <= to.length; column++) {
      const substitute = row[column - 1]! + (from[index - 1] === to[column - 1] ? 0 : 1)
      next.push(Math.min(substitute, row[column]! + 1, next[column - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
