/** ` (did you mean “quorum”?)` if one of the known words is close to what was written; otherwise nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const most = Math.max(1, Math.floor(written.length / 3))
  const [nearest] = [...known]
    .map((word) => ({ word, away: distance(written.toLowerCase(), word.toLowerCase(), most) }))
    .filter(({ away }) => away <= most)
    .sort((a, b) => a.away - b.away)
  return nearest ? ` (did you mean “${nearest.word}”?)` : ''
}

/** Letters to insert, delete or replace (Levenshtein); lengths that differ by more than `most` are not measured. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= b.length; column++) {
      const replaced = row[column - 1]! + (b[column - 1] === letter ? 0 : 1)
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
