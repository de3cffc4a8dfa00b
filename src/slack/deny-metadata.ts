import { z } from 'zod'
import { type ButtonValue, readButtonValue } from './button-value.ts'

/** What the deny form brings back: the button that was pressed, and on which message. */
export interface DenyMetadata extends ButtonValue {
  readonly channel: string
  readonly ts: string
}

const metadata = z.strictObject({ value: z.string(), channel: z.string().min(1), ts: z.string().min(1) })

/** For `private_metadata`, far below its 3,000 characters. */
export function writeDenyMetadata(value: string, channel: string, ts: string): string {
  return JSON.stringify({ value, channel, ts })
}

export function readDenyMetadata(text: string): DenyMetadata | undefined {
  const read = z.string().transform(parseJson).pipe(metadata).safeParse(text)
  const value = read.success ? readButtonValue(read.data.value) : undefined
  return read.success && value ? { ...value, channel: read.data.channel, ts: read.data.ts } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
