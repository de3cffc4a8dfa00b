import { RE2JS } from 're2js'
import { z } from 'zod'
import { groupNames } from './people.ts'
import { channelId, count, duration, listOf, name, words } from './scalars.ts'

/** The longest reason, in code points. */
const MOST_REASON = 500

const purpose = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, {
  error: 'a purpose is one word: lower-case letters, digits and -, a letter first, at most 40',
})

const pattern = z.string().superRefine((source, context) => {
  try {
    RE2JS.compile(source)
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not a regular expression of RE2: ${(error as Error).message}` })
  }
})

const reason = z
  .strictObject({
    min_length: z
      .int()
      .min(1)
      .max(MOST_REASON)
      .default(1)
      .meta({ description: 'Fewest characters.', examples: [10] }),
    pattern: pattern.optional().meta({
      description: 'A regular expression (RE2, linear time) that must be found somewhere in the reason.',
      examples: ['INC-[0-9]+'],
    }),
    hint: words(150)
      .optional()
      .meta({ description: 'What to write, for the person who asks.', examples: ['Name the incident'] }),
  })
  .prefault({})
  .meta({ description: 'What a reason must look like.' })

const ttlKeys = {
  min: duration.prefault('1m').meta({ description: 'The shortest time that may be asked for.' }),
  default: duration.optional().meta({ description: 'The time given when none is asked for; 15m, within min and max.' }),
  max: duration.prefault('30m').meta({ description: 'The longest time that may be asked for.' }),
}

const TTL_TEXT = 'How long access lasts.'

const ruleTtl = z
  .strictObject({
    ...ttlKeys,
    max_total: duration.optional().meta({ description: 'The longest time with all extensions (not acted on yet).' }),
  })
  .prefault({})
  .meta({ description: TTL_TEXT })

const escalation = z.strictObject({
  after: duration.meta({ description: 'How long after the request.' }),
  to: groupNames.meta({ description: 'Groups that are told.' }),
  decide: z.boolean().default(false).meta({ description: 'Whether they may approve, too.' }),
})

export const rule = z.strictObject({
  requesters: groupNames.meta({ description: 'Groups that may ask. Required.', examples: [['engineers']] }),
  approval: z
    .enum(['people', 'none'])
    .default('people')
    .meta({ description: '`people`: approvers must agree. `none`: granted at once, and told to everybody as usual.' }),
  approvers: groupNames
    .optional()
    .meta({ description: 'Groups that may approve; needed unless `approval: none`.', examples: [['leads']] }),
  quorum: count.optional().meta({ description: 'How many different people must agree, never the requester (1).' }),
  limit: z
    .strictObject({
      uses: count.meta({ description: 'How many grants.' }),
      per: duration.meta({ description: 'In what rolling window.' }),
    })
    .optional()
    .meta({ description: 'Grants of one person under this rule; failed ones are not counted.' }),
  purposes: listOf(purpose)
    .default(['incident', 'deployment', 'security-fix'])
    .meta({ description: 'What access may be asked for.' }),
  default_purpose: purpose.optional().meta({ description: 'The purpose when none is named; one of `purposes`.' }),
  reason,
  ttl: ruleTtl,
  remind: duration.optional().meta({ description: 'After what time approvers are reminded (not acted on yet).' }),
  escalate: z
    .array(escalation)
    .min(1, { error: 'an empty list tells nobody: add a step, or leave the key out' })
    .optional()
    .meta({
      description: 'Who comes next when nobody answers: with `decide` they may approve then (nobody is told yet).',
    }),
  lapse: duration.prefault('15m').meta({ description: 'How long a request waits before it lapses undecided.' }),
  channel: channelId.optional().meta({ description: 'Channel for cards of this rule, instead of `requests_channel`.' }),
})

export const breakGlass = z.strictObject({
  requesters: groupNames.meta({ description: 'Groups that may break the glass. Required.' }),
  reason,
  ttl: z.strictObject(ttlKeys).prefault({}).meta({ description: TTL_TEXT }),
  notify: groupNames.optional().meta({ description: 'Groups that are told at once.' }),
  review: z
    .strictObject({
      by: groupNames.meta({ description: 'Groups that look back at the use.' }),
      within: duration.prefault('24h').meta({ description: 'How soon.' }),
    })
    .optional()
    .meta({ description: 'The look back that a use owes.' }),
  alarm: z
    .strictObject({
      uses: count.meta({ description: 'How many uses.' }),
      per: duration.meta({ description: 'In what rolling window.' }),
    })
    .optional()
    .meta({ description: 'More uses than this raise an alarm.' }),
})

/** A rule's name in an entitlement. */
export const ruleNames = listOf(name)
