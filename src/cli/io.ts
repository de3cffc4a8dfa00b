/** Where a command writes; tests give their own. */
export interface Io {
  out(text: string): void
  err(text: string): void
}

/** Exit codes, part of the public contract. */
export const EXIT = { done: 0, no: 1, usage: 2 } as const
/** `audit verify` has codes of its own. */
export const VERIFY_EXIT = { well: 0, tampered: 1, badSignature: 3, usage: 5 } as const

/** Something that the operator can mend: said in one sentence, without a stack. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
}
