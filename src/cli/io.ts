import type { styleText } from 'node:util'

/** How a piece of text looks on a terminal. */
export type Format = Parameters<typeof styleText>[0]

/** Where a command writes; tests give their own. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** How far a long command is: shown on a terminal until something else is said, and nowhere else. */
  progress(text: string): void
  /** Formats a piece of what goes to `out`; leaves it alone where that is no terminal, or colours are not wanted. */
  style(format: Format, text: string): string
  /** Columns of the terminal to which `out` writes; `undefined` when it is none. */
  readonly width: number | undefined
}

/** Exit codes, part of the public contract. */
export const EXIT = { done: 0, no: 1, usage: 2 } as const
/** `audit verify` has codes of its own. */
export const VERIFY_EXIT = { well: 0, tampered: 1, badSignature: 3, usage: 5 } as const

/** Something that the operator can mend: said in one sentence, without a stack. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
}
