import { z } from 'zod'
import { group, peopleSection, slackSection } from './people.ts'
import { breakGlass, rule } from './rules.ts'
import { entitlementId, entriesOf, name } from './scalars.ts'
import { alarm, entitlement, target } from './targets.ts'

/** As many are told at the same time, so that one that hangs delays no other. */
const MOST_ALARMS = 16

/** The whole of `breakglass.yml`. */
export const configFile = z.strictObject({
  slack: slackSection,
  people: peopleSection,
  groups: entriesOf(name, group).meta({ description: 'Groups of people, by name.' }),
  targets: entriesOf(name, target).meta({ description: 'Systems on which access is given, by name.' }),
  rules: entriesOf(name, rule).meta({ description: 'Who may ask, who must agree, for how long; by name.' }),
  break_glass: entriesOf(name, breakGlass).optional().meta({
    description: 'Rules for access at once when nobody can approve, by name. Without it, the glass cannot be broken.',
  }),
  entitlements: entriesOf(entitlementId, entitlement).meta({ description: 'What can be asked for, by id.' }),
  alarms: z
    .array(alarm)
    .min(1, { error: 'an empty list alarms nobody: add a webhook, or leave the key out' })
    .max(MOST_ALARMS, { error: `at most ${MOST_ALARMS}: let one of them tell the others` })
    .refine((alarms) => new Set(alarms.map(({ webhook }) => webhook.url)).size === alarms.length, {
      error: 'names one address twice: each is told once',
    })
    .optional()
    .meta({
      description:
        'Who is told, besides Slack and also while Slack is down, that access is not taken away or that the clock is wrong. Without it, only Slack is told.',
    }),
})

export type SlackSection = z.output<typeof slackSection>
export type PeopleSection = z.output<typeof peopleSection>
export type GroupEntry = z.output<typeof group>
export type TargetEntry = z.output<typeof target>
export type RuleEntry = z.output<typeof rule>
export type TtlEntry = Pick<RuleEntry['ttl'], 'min' | 'default' | 'max'>
export type BreakGlassEntry = z.output<typeof breakGlass>
export type EntitlementEntry = z.output<typeof entitlement>
export type ConfigFile = z.output<typeof configFile>
