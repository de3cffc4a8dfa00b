import { z } from 'zod'
import { parseDuration } from '../../core/duration.ts'
import { VERBS } from '../../core/verbs.ts'

/** Control, bidirectional, zero-width and private characters: never seen, so never meant well. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u

/** A length of time in milliseconds, written `90s`, `15m`, `1h30m`, `7d`. */
export const duration = z
  .string({ error: ({ input }) => (input === undefined ? undefined : durationSentence(input)) })
  .meta({ title: 'length of time', examples: ['15m', '1h30m'], pattern: '^(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$' })
  .transform((typed, context) => {
    const ms = parseDuration(typed)
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: durationSentence(typed) })
    return z.NEVER
  })

function durationSentence(input: unknown): string {
  const bare = /^\d+$/.exec(String(input))
  return bare
    ? `a length of time needs a unit: write ${bare[0]}m for minutes (s, m, h, d)`
    : 'a length of time is written 90s, 15m, 1h30m or 7d, is longer than nothing and at most 366d'
}

/** A name that the config itself gives: of a group, a target, a rule. */
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, { error: 'a name has lower-case letters, digits, - and _, at most 64' })
  .meta({ title: 'name' })

export const entitlementId = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, { error: 'an entitlement id has lower-case letters, digits and -, at most 64' })
  .refine((id) => !VERBS.some((verb) => verb === id), {
    error: ({ input }) => `“${input}” is a verb of the slash command: give the entitlement another id`,
  })

/** Words that people read: one line of plain text. */
export function words(most: number) {
  return z
    .string()
    .refine((text) => text.trim() !== '', { error: 'must not be empty' })
    .refine((text) => [...text].length <= most, { error: `at most ${most} characters, so that Slack never cuts it` })
    .refine((text) => !HIDDEN.test(text), { error: 'holds a control or invisible character: remove it' })
    .meta({ title: `words, at most ${most} characters` })
}

/** The longest e-mail address. */
const MOST_FOREIGN = 320

/** A name on some other system: taken literally, so nothing invisible and no white space around it. */
export const foreignName = z
  .string()
  .refine((text) => text !== '' && text === text.trim() && !HIDDEN.test(text), {
    error: 'must not be empty, nor have white space around it or invisible characters in it',
  })
  .refine((text) => [...text].length <= MOST_FOREIGN, {
    error: `at most ${MOST_FOREIGN} characters, so that Slack never cuts it`,
  })

function slackId(letters: string, what: string) {
  const example = `${letters[0]}012ABCDEF`
  return z
    .string()
    .regex(new RegExp(`^[${letters}][A-Z0-9]{2,20}$`), { error: `must be the id of ${what}, like ${example}` })
    .meta({ title: `id of ${what}`, examples: [example] })
}

export const memberId = slackId('UW', 'a Slack member')
export const channelId = slackId('CG', 'a Slack channel (not its name)')
export const usergroupId = slackId('S', 'a Slack user group')

/** How often, how many: a whole number from 1. */
export const count = z.int().min(1)

/** A list that names something; nothing in it twice. Its title is that of its items, many of them. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .min(1, { error: 'an empty list names nobody and nothing: add an item, or leave the key out if it can be' })
    .superRefine((items, context) => {
      items.forEach((entry, index) => {
        if (items.indexOf(entry) === index) return
        context.addIssue({ code: 'custom', path: [index], message: `“${String(entry)}” stands in this list twice` })
      })
    })
}

/** A mapping with at least one entry. */
export function entriesOf<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(key: Key, value: Value) {
  return z
    .record(key, value)
    .refine((entries) => Object.keys(entries).length > 0, { error: 'must have at least one entry' })
}
