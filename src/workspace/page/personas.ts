import type { Person } from '../person.ts'

/** Somebody whom the page lets its reader be. */
export interface Persona {
  readonly person: Person
  /** What he is, in a word: `engineer`. */
  readonly title: string
}
