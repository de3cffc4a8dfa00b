import { RE2JS } from 're2js'
import { z } from 'zod'
import { groupNames } from './people.ts'
import { channelId, count, duration, listOf, memberId, name, words } from './scalars.ts'

/** The longest reason, in code points. */
const MOST_REASON = 500

const purpose = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, {
    error: 'a purpose is one word: lower-case letters, digits and -, a letter first, at most 40',
  })
  .meta({ title: 'purpose' })

const pattern = z.string().superRefine((source, context) => {
  try {
    RE2JS.compile(source)
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not a regular expression of RE2: ${(error as Error).message}` })
  }
})

const leastLength = z.int().min(1).max(MOST_REASON)
const LEAST_META = { description: `Fewest characters; it has ${MOST_REASON} at most.`, examples: [10] }

const reasonKeys = {
  pattern: pattern.optional().meta({
    title: 'regular expression (RE2)',
    description: 'What must be found somewhere in the reason. Without it, any words will do.',
    examples: ['INC-[0-9]+'],
  }),
  hint: words(150)
    .optional()
    .meta({
      description: 'What to write, for the person who asks. Without it, nothing is suggested.',
      examples: ['Name the incident'],
    }),
}

const REASON_META = {
  description: 'What a reason must look like.',
  examples: [{ min_length: 10, pattern: 'INC-[0-9]+', hint: 'Name the incident' }],
}

const reason = z
  .strictObject({ min_length: leastLength.default(1).meta(LEAST_META), ...reasonKeys })
  .prefault({})
  .meta(REASON_META)

/** Nobody agrees to it beforehand, so whoever looks back at it must find more than a word. */
const glassReason = z
  .strictObject({ min_length: leastLength.default(30).meta({ ...LEAST_META, examples: [30] }), ...reasonKeys })
  .prefault({})
  .meta({ ...REASON_META, examples: [{ min_length: 30 }] })

const ttlKeys = {
  min: duration.prefault('1m').meta({ description: 'The shortest time that may be asked for.', examples: ['5m'] }),
  default: duration.optional().meta({
    description:
      'The time given when none is asked for. Without it, 15m, or what of `min` and `max` is nearest to that.',
    examples: ['15m'],
  }),
  max: duration.prefault('30m').meta({ description: 'The longest time that may be asked for.', examples: ['30m'] }),
}

const glassMax = duration
  .prefault('15m')
  .meta({ description: 'The longest time that may be asked for.', examples: ['15m'] })

const TTL_META = { description: 'How long access lasts.', examples: [{ min: '5m', default: '15m', max: '30m' }] }

const ruleTtl = z
  .strictObject({
    ...ttlKeys,
    max_total: duration.optional().meta({
      description: 'The longest time without a break, extensions counted. Without it, only each extension is bounded.',
      examples: ['2h'],
    }),
  })
  .prefault({})
  .meta(TTL_META)

const WHO_NEXT = 'must be the name of a group, or the id of a Slack member or channel, like U012ABCDEF or C012ABCDEF'

const need = z.strictObject({
  from: name.meta({
    title: 'name of a group',
    description: 'The group that they are in. Required.',
    examples: ['leads'],
  }),
  at_least: count.default(1).meta({ description: 'How many different people of it must agree.', examples: [1] }),
})

const APPROVERS = 'must be names of groups, like [leads], or parts, like [{ from: leads, at_least: 1 }]; not both'

/** Groups, any of whose members count; or from which group how many. */
const approvers = z
  .union(
    [groupNames, z.array(need).min(1, { error: 'an empty list names nobody: add a part, or leave the key out' })],
    {
      error: APPROVERS,
    },
  )
  .refine(
    (parts) => new Set(parts.map((part) => (typeof part === 'string' ? part : part.from))).size === parts.length,
    {
      error: 'names a group twice',
    },
  )

const escalation = z.strictObject({
  after: duration.meta({ description: 'How long after the request.', examples: ['5m'] }),
  to: listOf(z.union([name, memberId, channelId], { error: WHO_NEXT })).meta({
    description: 'Who comes next: groups, people by member id, or channels by id.',
    examples: [['directors', 'U012DEE', 'C012WARROOM']],
  }),
  decide: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether they may approve, too.', examples: [true] }),
})

export const rule = z.strictObject({
  requesters: groupNames.meta({ description: 'Groups that may ask. Required.', examples: [['engineers']] }),
  approval: z
    .enum(['people', 'none'])
    .default('people')
    .meta({
      description: '`people`: approvers must agree. `none`: granted at once, and told to everybody as usual.',
      examples: ['people', 'none'],
    }),
  approvers: approvers.optional().meta({
    description:
      'Groups that may approve, or how many people of which group must agree; whoever is in two groups counts for one of them. Without it, `approval` must be `none`.',
    examples: [
      ['leads'],
      [
        { from: 'leads', at_least: 1 },
        { from: 'secteam', at_least: 1 },
      ],
    ],
  }),
  quorum: count.optional().meta({
    description:
      'How many different people must agree, never the requester. Without it, 1, or as many as `approvers` asks for.',
    examples: [2],
  }),
  limit: z
    .strictObject({
      uses: count.meta({ description: 'How many grants.', examples: [3] }),
      per: duration.meta({ description: 'In what rolling window.', examples: ['24h'] }),
    })
    .optional()
    .meta({
      description: 'Grants of one person under this rule; failed ones are not counted. Without it, there is no limit.',
      examples: [{ uses: 3, per: '24h' }],
    }),
  purposes: listOf(purpose)
    .default(['incident', 'deployment', 'security-fix'])
    .meta({ description: 'What access may be asked for.', examples: [['incident', 'deployment']] }),
  default_purpose: purpose.optional().meta({
    description: 'The purpose when none is named; one of `purposes`. Without it, people must name one.',
    examples: ['incident'],
  }),
  reason,
  ttl: ruleTtl,
  remind: duration.optional().meta({
    description:
      'After what time approvers are reminded for the first time; then after twice that, and so on. Without it, they are not.',
    examples: ['3m'],
  }),
  escalate: z
    .array(escalation)
    .min(1, { error: 'an empty list tells nobody: add a step, or leave the key out' })
    .optional()
    .meta({
      description:
        'Who is told next when nobody answers, or when somebody cannot be reached; with `decide` they may approve then, too. Without it, nobody.',
      examples: [[{ after: '5m', to: ['directors'], decide: true }]],
    }),
  lapse: duration.prefault('15m').meta({
    description: 'How long a request waits before it lapses undecided.',
    examples: ['15m'],
  }),
  channel: channelId.optional().meta({
    description: 'Channel for cards of this rule. Without it, `slack.requests_channel`.',
  }),
})

export const breakGlass = z.strictObject({
  requesters: groupNames.meta({ description: 'Groups that may break the glass. Required.', examples: [['oncall']] }),
  reason: glassReason,
  ttl: z
    .strictObject({ ...ttlKeys, max: glassMax })
    .prefault({})
    .meta(TTL_META),
  notify: groupNames.optional().meta({
    description: 'Groups that are told at once, besides the security channel. Without it, nobody else.',
    examples: [['directors']],
  }),
  review: z
    .strictObject({
      by: groupNames.meta({ description: 'Groups that look back at the use.', examples: [['secteam']] }),
      within: duration.prefault('24h').meta({ description: 'How soon.', examples: ['24h'] }),
    })
    .optional()
    .meta({
      description: 'The look back that a use owes. Without it, `people.security` within 24h.',
      examples: [{ by: ['secteam'], within: '24h' }],
    }),
  alarm: z
    .strictObject({
      uses: count.meta({ description: 'How many uses.', examples: [3] }),
      per: duration.meta({ description: 'In what rolling window.', examples: ['7d'] }),
    })
    .optional()
    .meta({
      description: 'More uses than this raise an alarm. Without it, none.',
      examples: [{ uses: 3, per: '7d' }],
    }),
})

/** A rule's name in an entitlement. */
export const ruleNames = listOf(name.meta({ title: 'name of a rule' }))
