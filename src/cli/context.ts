import type { Backend } from './backend.ts'
import type { Io } from './io.ts'

/** What every command is given: where it writes, what it uses, and where its exit code goes. */
export interface Context {
  readonly io: Io
  readonly backend: Backend
  readonly env: Readonly<Record<string, string | undefined>>
  /** The system's user, for `cli:OSUSER`. */
  readonly user: string
  /** Takes the secrets of environment and config out of what is about to be said. */
  withoutSecrets(text: string): string
  exit(code: number): void
}
