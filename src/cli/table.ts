import type { Row } from '../operations/listing.ts'
import type { Io } from './io.ts'

const GAP = '  '
/** A column is never narrower, however narrow the terminal. */
const NARROWEST = 8

/** Prints rows: as a JSON array of whole objects, or as a table. On a terminal long cells wrap; nothing is ever cut. */
export function printRows(
  io: Io,
  rows: readonly Row[],
  { json, columns }: { json: boolean; columns: readonly string[] },
): void {
  if (json || rows.length === 0) {
    io.out(json ? JSON.stringify(rows, null, 2) : 'None.')
    return
  }
  const [head = [], ...body] = [columns.map(heading), ...rows.map((row) => columns.map((column) => cell(row[column])))]
  const widths = fitted(widthsOf([head, ...body]), io.width)
  for (const line of linesOf(head, widths)) io.out(io.style('bold', line))
  for (const cells of body) for (const line of linesOf(cells, widths)) io.out(line)
}

function heading(column: string): string {
  return column.replace(/([A-Z])/g, ' $1').toUpperCase()
}

/** Text that people typed cannot steer the terminal: control characters are shown, not sent. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '-'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

function widthsOf(lines: readonly (readonly string[])[]): number[] {
  const count = lines[0]?.length ?? 0
  return Array.from({ length: count }, (_, index) => Math.max(...lines.map((line) => sizeOf(line[index] ?? ''))))
}

function sizeOf(text: string): number {
  return [...text].length
}

/** Takes room from the widest column until all of them fit. */
function fitted(widths: readonly number[], room: number | undefined): number[] {
  const narrowed = [...widths]
  let over = room === undefined ? 0 : narrowed.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - room
  while (over > 0 && Math.max(...narrowed) > NARROWEST) {
    narrowed[narrowed.indexOf(Math.max(...narrowed))]! -= 1
    over -= 1
  }
  return narrowed
}

/** One row: as many lines as its longest cell needs. */
function linesOf(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = cells.map((text, index) => wrap(text, widths[index] ?? NARROWEST))
  const height = Math.max(...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    wrapped
      .map((lines, index) => padded(lines[at] ?? '', widths[index] ?? 0))
      .join(GAP)
      .trimEnd(),
  )
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - sizeOf(text)))
}

/** Lines of at most so many characters, broken at spaces where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const piece of text.split(/(?<= )/).flatMap((word) => chunksOf(word, width))) {
    const last = lines.length - 1
    if (lines[last] !== '' && sizeOf((lines[last] + piece).trimEnd()) > width) lines.push(piece)
    else lines[last] += piece
  }
  return lines.map((line) => line.trimEnd())
}

function chunksOf(word: string, width: number): string[] {
  const points = [...word]
  if (points.length <= width) return [word]
  return Array.from({ length: Math.ceil(points.length / width) }, (_, at) =>
    points.slice(at * width, (at + 1) * width).join(''),
  )
}
