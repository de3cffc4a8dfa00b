import { z } from 'zod'
import type { GrantId, RequestId } from '../core/ids.ts'

/** Told of what cannot be read and is left aside. */
export type OnCorrupt = (error: unknown) => void

/** What a table holds does not fit what the program knows: somebody else wrote it, or there is a bug. */
class CorruptRow extends Error {
  override readonly name = 'CorruptRow'
}

/** Turns a row into what it stands for. @throws {CorruptRow} naming the table and the row */
export function readRow<Schema extends z.ZodType>(table: string, schema: Schema, row: unknown): z.output<Schema> {
  const read = schema.safeParse(row)
  if (read.success) return read.data
  const { id } = z.looseObject({ id: z.unknown() }).parse(row)
  throw new CorruptRow(`${table}: row ${id} cannot be read: ${z.prettifyError(read.error)}`)
}

/** Reads many rows; one that cannot be read is told, and hides no other. */
export function readRows<Read>(rows: readonly unknown[], read: (row: unknown) => Read, onCorrupt: OnCorrupt): Read[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)]
    } catch (error) {
      if (!(error instanceof CorruptRow)) throw error
      onCorrupt(error)
      return []
    }
  })
}

/** A column that holds JSON, for a schema that says of which shape. */
export const parsed = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
})

/** A column that holds JSON of any shape. What was parsed can be wrong in one way only: `1e999` is infinite. */
export const json = parsed.pipe(z.custom<z.core.util.JSONType>(isJson))

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isJson)
}

export const instant = z.int().positive()

export const requestId = z.custom<RequestId>((value) => typeof value === 'string' && value.startsWith('R-'))
export const grantId = z.custom<GrantId>((value) => typeof value === 'string' && value.startsWith('G-'))
