import { createHash } from 'node:crypto'
import type { ConfigFile, GroupEntry } from './schema/file.ts'
import { Secret } from './secret.ts'

/** How to ask an on-call schedule, credentials and all. */
export type ScheduleSetup =
  | ({ readonly kind: 'pagerduty' } & NonNullable<GroupEntry['pagerduty']>)
  | ({ readonly kind: 'opsgenie' } & NonNullable<GroupEntry['opsgenie']>)
  | ({ readonly kind: 'http' } & NonNullable<GroupEntry['http']>)

/** The schedule of a group, if it has one. */
export function setupOf({ pagerduty, opsgenie, http }: GroupEntry): ScheduleSetup | undefined {
  if (pagerduty) return { kind: 'pagerduty', ...pagerduty }
  if (opsgenie) return { kind: 'opsgenie', ...opsgenie }
  return http && { kind: 'http', ...http }
}

/** What names the schedule without secrets; where it stands, too, so that another place is another term. */
export function scheduleName(setup: ScheduleSetup): string {
  const { host, pathname, search } = new URL(setup.url)
  if (setup.kind === 'http') return `http ${host} ${digestOf(pathname + search)}`
  const usual = setup.kind === 'pagerduty' ? 'api.pagerduty.com' : 'api.opsgenie.com'
  const where = `${host}${pathname}`.replace(/\/$/, '')
  return `${setup.kind} ${setup.schedule}${where === usual ? '' : ` at ${where}`}`
}

/** Path and query may hold a secret; what is told of them only tells one place from another. */
function digestOf(rest: string): string {
  return createHash('sha256').update(rest).digest('hex').slice(0, 8)
}

/** How to ask the schedule of each group that has one, by the group's name. */
export function schedulesOf({ groups }: ConfigFile): ReadonlyMap<string, Secret<ScheduleSetup>> {
  const setups = Object.entries(groups).flatMap(([name, group]): [string, Secret<ScheduleSetup>][] => {
    const setup = setupOf(group)
    return setup ? [[name, new Secret(Object.freeze(setup))]] : []
  })
  return new Map(setups)
}

/** What of them must never be seen, whatever the key is called. */
export function credentialsIn({ groups }: ConfigFile): readonly string[] {
  return Object.values(groups).flatMap(({ pagerduty, opsgenie, http }) =>
    [pagerduty?.token, opsgenie?.key, http?.token].filter((credential) => credential !== undefined),
  )
}
