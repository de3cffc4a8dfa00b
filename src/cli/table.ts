import type { Row } from '../operations/listing.ts'
import type { Io } from './io.ts'

/** Prints rows: as a JSON array of whole objects, or as a table of the columns that fit a terminal. */
export function printRows(
  io: Io,
  rows: readonly Row[],
  { json, columns }: { json: boolean; columns: readonly string[] },
): void {
  if (json || rows.length === 0) {
    io.out(json ? JSON.stringify(rows, null, 2) : 'None.')
    return
  }
  const cells = [columns.map(heading), ...rows.map((row) => columns.map((column) => cell(row[column])))]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)))
  for (const line of cells)
    io.out(
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function heading(column: string): string {
  return column.replace(/([A-Z])/g, ' $1').toUpperCase()
}

/** Text that people typed cannot steer the terminal: control characters are shown, not sent. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '-'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}
