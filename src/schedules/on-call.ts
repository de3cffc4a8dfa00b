import { z } from 'zod'
import { ScheduleFault } from './port.ts'

/**
 * More people than this are on call nowhere: whoever answers so was asked something else. And each may have to be looked
 * up by his address, which Slack allows 50 times a minute.
 */
const MOST_PEOPLE = 40

/** One `@` with something plain on both sides; compared in lower case, as Slack does. */
export const address = z
  .string()
  .max(320)
  .regex(/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u)
  .transform((written) => written.toLowerCase())

/**
 * Reads an answer by its schema.
 * @throws {ScheduleFault} when it has another form
 */
export function readAnswer<Output>(schema: z.ZodType<Output>, answer: unknown): Output {
  const read = schema.safeParse(answer)
  if (read.success) return read.data
  const at = read.error.issues[0]?.path.map(String).join('.').slice(0, 80)
  throw new ScheduleFault(`answered in another form${at ? `, at ${at}` : ''}`)
}

/**
 * Everybody once.
 * @throws {ScheduleFault} on too many
 */
export function distinct(people: readonly string[]): readonly string[] {
  const once = [...new Set(people)]
  if (once.length > MOST_PEOPLE) throw new ScheduleFault(`answered more than ${MOST_PEOPLE} people`)
  return once
}
