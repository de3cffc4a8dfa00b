import { z } from 'zod'
import type { Json } from '../core/canonical-json.ts'

/** What is kept of a command, press or submission: what is needed to act on it again after a crash, and no tokens. */

const command = z.strictObject({
  user: z.string(),
  team: z.string(),
  channel: z.string(),
  text: z.string(),
  responseUrl: z.string(),
})

const press = z.strictObject({
  user: z.string(),
  team: z.string(),
  channel: z.string(),
  /** Of the message that carries the button. */
  ts: z.string(),
  action: z.string(),
  value: z.string(),
  responseUrl: z.string(),
  /** On Home, which is no message. */
  home: z.literal(true).exactOptional(),
})

const submission = z.strictObject({
  user: z.string(),
  team: z.string(),
  callback: z.string(),
  /** `private_metadata`. */
  metadata: z.string(),
  /** What was typed, by the `block_id` of the input. */
  values: z.record(z.string(), z.string()),
})

export type CommandBody = z.infer<typeof command>
export type PressBody = z.infer<typeof press>
export type SubmissionBody = z.infer<typeof submission>

/** Bodies as they were stored. @throws when the row is none of ours */
export const readCommand = (body: Json): CommandBody => command.parse(body)
export const readPress = (body: Json): PressBody => press.parse(body)
export const readSubmission = (body: Json): SubmissionBody => submission.parse(body)
