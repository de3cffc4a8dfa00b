/** An expected no: `code` is stable and goes into the audit log, `sentence` is for the person who asked. */
export interface Refusal {
  readonly code: string
  readonly sentence: string
}

/** What a decision comes to: a value, or a refusal. Broken things are errors and are thrown instead. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal }

export function accept<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function refuse(code: string, sentence: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, sentence } }
}

/** Names the state that a `switch` forgot, at compile time; at run time it can only mean a corrupt row. */
export function unreachable(value: never): never {
  throw new Error(`unexpected state: ${JSON.stringify(value)}`)
}
