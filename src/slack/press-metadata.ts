import { z } from 'zod'
import { type ButtonValue, readButtonValue } from './button-value.ts'

/** What the form behind a button brings back: the button that was pressed, and on which message, or on Home. */
export interface PressMetadata extends ButtonValue {
  readonly channel: string
  readonly ts: string
  readonly home?: true | undefined
}

const metadata = z.union([
  z.strictObject({ value: z.string(), channel: z.string().min(1), ts: z.string().min(1) }),
  z.strictObject({ value: z.string(), channel: z.literal(''), ts: z.literal(''), home: z.literal(true) }),
])

/** For `private_metadata`, far below its 3,000 characters. */
export function writePressMetadata(value: string, channel: string, ts: string, home?: true): string {
  return JSON.stringify({ value, channel, ts, ...(home ? { home } : {}) })
}

export function readPressMetadata(text: string): PressMetadata | undefined {
  const read = z.string().transform(parseJson).pipe(metadata).safeParse(text)
  if (!read.success) return undefined
  const { value, ...place } = read.data
  const button = readButtonValue(value)
  return button && { ...button, ...place }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
