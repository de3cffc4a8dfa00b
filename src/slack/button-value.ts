import type { RequestId } from '../core/ids.ts'

/** What a button carries: which request, on which copy of its card, under which terms. */
export interface ButtonValue {
  readonly request: RequestId
  readonly copy: string
  readonly digest: string
}

const FORM = /^(R-[0-9A-HJKMNP-TV-Z]{6})\.([A-Za-z0-9_-]{1,64})\.([0-9a-f]{64})$/

/** `R-7KQ2M4.COPY.DIGEST`, far below Slack's 2,000 characters. */
export function writeButtonValue({ request, copy, digest }: ButtonValue): string {
  return `${request}.${copy}.${digest}`
}

/** Reads only what `writeButtonValue` writes. */
export function readButtonValue(value: unknown): ButtonValue | undefined {
  const match = typeof value === 'string' ? FORM.exec(value) : null
  if (!match) return undefined
  return { request: match[1] as RequestId, copy: match[2]!, digest: match[3]! }
}
