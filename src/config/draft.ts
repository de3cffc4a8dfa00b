import type { z } from 'zod'
import type {
  BreakGlassEntry,
  EntitlementEntry,
  GroupEntry,
  PeopleSection,
  RuleEntry,
  SlackSection,
  TargetEntry,
} from './schema/file.ts'
import { group, peopleSection, slackSection } from './schema/people.ts'
import { breakGlass, rule } from './schema/rules.ts'
import { entitlement, target } from './schema/targets.ts'

/** A mapping as it stands in the file, unchecked. */
export type Written = Readonly<Record<string, unknown>>

/** A part of the config that holds entries by name. */
export interface Section<Entry> {
  /** All entries as written, also faulty ones; `undefined` if the part is no mapping. */
  readonly written: ReadonlyMap<string, Written> | undefined
  /** The entries that are well-formed. */
  readonly entries: ReadonlyMap<string, Entry>
}

/** Whatever of a config is well-formed, so that one fault does not hide the others. */
export interface Draft {
  readonly slack: SlackSection | undefined
  readonly people: { readonly entry: PeopleSection | undefined; readonly security: unknown }
  readonly groups: Section<GroupEntry>
  readonly targets: Section<TargetEntry>
  readonly rules: Section<RuleEntry>
  readonly breakGlass: Section<BreakGlassEntry>
  readonly entitlements: Section<EntitlementEntry>
}

export function draftOf(value: unknown): Draft {
  const parts = isMapping(value) ? value : {}
  return {
    slack: slackSection.safeParse(parts.slack).data,
    people: {
      entry: peopleSection.safeParse(parts.people).data,
      security: isMapping(parts.people) ? parts.people.security : undefined,
    },
    groups: section(parts.groups, group),
    targets: section(parts.targets, target),
    rules: section(parts.rules, rule),
    breakGlass: section(parts.break_glass ?? {}, breakGlass),
    entitlements: section(parts.entitlements, entitlement),
  }
}

function section<Entry>(part: unknown, schema: z.ZodType<Entry>): Section<Entry> {
  if (!isMapping(part)) return { written: undefined, entries: new Map() }
  const entries = new Map<string, Entry>()
  for (const [name, value] of Object.entries(part)) {
    const parsed = schema.safeParse(value)
    if (parsed.success) entries.set(name, parsed.data)
  }
  const written = Object.entries(part).map(([name, value]): [string, Written] => [name, isMapping(value) ? value : {}])
  return { written: new Map(written), entries }
}

export function isMapping(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
