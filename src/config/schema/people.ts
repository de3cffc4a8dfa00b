import { z } from 'zod'
import { channelId, count, entriesOf, foreignName, listOf, memberId, name, usergroupId } from './scalars.ts'
import { scheduleKeys } from './schedules.ts'

/** A list of names of groups. */
export const groupNames = listOf(name.meta({ title: 'name of a group' }))

export const slackSection = z
  .strictObject({
    command: z
      .string()
      .regex(/^\/[a-z0-9_-]{1,31}$/, {
        error: 'a slash command is / and lower-case letters, digits, - or _, at most 32',
      })
      .default('/breakglass')
      .meta({
        title: 'slash command',
        description: 'The slash command, as in the Slack app.',
        examples: ['/breakglass'],
      }),
    security_channel: channelId.meta({
      description: 'Private channel in which the security people see every event. Required.',
    }),
    requests_channel: channelId.optional().meta({
      description:
        'Channel for approval cards; a rule may name another one. Without it, cards go to approvers as direct messages.',
    }),
  })
  .meta({ description: 'Where the bot speaks in Slack.' })

const subject = z
  .union(
    [
      z.enum(['email', 'slack_id']),
      z.strictObject({
        map: entriesOf(memberId, foreignName).meta({
          description: 'The subject of each Slack member, by member id.',
          examples: [{ U012ANN: 'ann@example.com' }],
        }),
      }),
    ],
    { error: 'must be email, slack_id, or a map: { map: { U012ANN: ann@example.com } }' },
  )
  .default('email')
  .meta({
    description:
      'What stands for one human: the confirmed e-mail address, the Slack member id, or a map. Two members with one subject are one person.',
    examples: ['email', 'slack_id', { map: { U012ANN: 'ann@example.com' } }],
  })

const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: 'must be a mail domain in lower case, like example.com' })
  .meta({ title: 'mail domain' })

const limits = z
  .strictObject({
    open: count.default(5).meta({ description: 'Requests that one person may have open at a time.', examples: [5] }),
    per_hour: count.default(20).meta({ description: 'Requests that one person may make in an hour.', examples: [20] }),
  })
  .prefault({})
  .meta({ description: 'How much one person may ask.', examples: [{ open: 5, per_hour: 20 }] })

export const peopleSection = z
  .strictObject({
    subject,
    email_domains: listOf(domain)
      .optional()
      .meta({
        description:
          'Whose confirmed addresses count; needed with `subject: email`. Without it, `subject` must be `slack_id` or a map.',
        examples: [['example.com']],
      }),
    security: groupNames.meta({
      description: 'Groups that may revoke anything and file reviews. Required.',
      examples: [['secteam']],
    }),
    limits,
  })
  .meta({ description: 'Who people are.' })

export const group = z
  .strictObject({
    slack_usergroup: usergroupId.optional().meta({
      description: 'A user group, whose members are asked of Slack. Without it, another source must be there.',
    }),
    members: listOf(memberId)
      .optional()
      .meta({
        description: 'The members themselves. Without it, another source must be there.',
        examples: [['U012LEE', 'U012KIM']],
      }),
    ...scheduleKeys,
  })
  .refine((entry) => Object.values(entry).filter((source) => source !== undefined).length === 1, {
    error: `a group has exactly one of slack_usergroup, members, ${Object.keys(scheduleKeys).join(', ')}`,
  })
