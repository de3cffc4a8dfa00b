import { z } from 'zod'
import { group, peopleSection, slackSection } from './people.ts'
import { breakGlass, rule } from './rules.ts'
import { entitlementId, entriesOf, name } from './scalars.ts'
import { alarm, entitlement, target } from './targets.ts'

/** The whole of `breakglass.yml`. */
export const configFile = z.strictObject({
  slack: slackSection,
  people: peopleSection,
  groups: entriesOf(name, group).meta({ description: 'Groups of people, by name.' }),
  targets: entriesOf(name, target).meta({ description: 'Systems on which access is given, by name.' }),
  rules: entriesOf(name, rule).meta({ description: 'Who may ask, who must agree, for how long; by name.' }),
  break_glass: entriesOf(name, breakGlass)
    .optional()
    .meta({ description: 'Rules for access at once when nobody can approve, by name (not acted on yet).' }),
  entitlements: entriesOf(entitlementId, entitlement).meta({ description: 'What can be asked for, by id.' }),
  alarms: z
    .array(alarm)
    .min(1, { error: 'an empty list alarms nobody: add a webhook, or leave the key out' })
    .optional()
    .meta({ description: 'Who is alarmed besides Slack (not acted on yet).' }),
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
