import { z } from 'zod'

/** A string of `min` to `max` code points. Slack counts code points, not UTF-16 units: one emoji is one. */
export function upTo(max: number, min = 1) {
  return z.string().superRefine((value, context) => {
    if (value.length < min) context.addIssue({ code: 'too_small', origin: 'string', minimum: min, input: value })
    // The quick look first: a string has at least as many units as code points.
    if (value.length > max && [...value].length > max) {
      context.addIssue({ code: 'too_big', origin: 'string', maximum: max, input: value })
    }
  })
}

/** A `plain_text` object, never interpreted. */
export function plainText(max: number) {
  return z.strictObject({ type: z.literal('plain_text'), text: upTo(max), emoji: z.boolean().optional() })
}

/** A `mrkdwn` object. */
function mrkdwn(max: number) {
  return z.strictObject({ type: z.literal('mrkdwn'), text: upTo(max), verbatim: z.boolean().optional() })
}

/** Either kind of text object. */
export function anyText(max = 3000) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)])
}

/** Makes a strict object of one kind: a field that Slack does not know is refused. */
export function kind<Name extends string, Shape extends z.ZodRawShape>(type: Name, shape: Shape) {
  return z.strictObject({ type: z.literal(type), ...shape })
}

/** `block_id` and `action_id`. */
export const id = upTo(255)

/** What every block may carry. */
export const blockId = { block_id: id.optional() }
