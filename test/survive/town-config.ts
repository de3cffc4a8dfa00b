import { stringify } from 'yaml'
import type { Engineer, Place } from './town.ts'

/** Both together are below 3 s, so that a late effect is gone in time, too. */
const TIMEOUT = '1s'
const QUIET = '1s'

/** Nobody may hold anything for longer without a break. */
export const MOST_TOTAL_MS = 8_000

/** Many, so that what was denied for one of them, and has to wait, is asked for another meanwhile. */
export const PURPOSES = Array.from({ length: 99 }, (_, index) => `p${index}`)

/** The bot's config: the same people and rules for every target. */
export function configOf(engineers: readonly Engineer[], places: readonly Place[]): string {
  const map = Object.fromEntries(engineers.map(({ person, login }) => [`${person.name}@example.com`, login]))
  const target = ({ target: { kind, settings } }: Place) => ({
    adapter: kind,
    account: { map },
    settings,
    timeout: TIMEOUT,
    quiet: QUIET,
    concurrency: 8,
  })
  return stringify({
    slack: { security_channel: 'C0SECURITY', requests_channel: places[0]!.channel },
    people: {
      subject: 'email',
      email_domains: ['example.com'],
      security: ['secteam'],
      limits: { open: 100, per_hour: 100_000 },
    },
    groups: {
      engineers: { members: engineers.map(({ person }) => person.id) },
      leads: { members: ['U0LEE', 'U0KIM', 'U0DEE'] },
      secteam: { members: ['U0SAM'] },
    },
    targets: Object.fromEntries(places.map((place) => [place.name, target(place)])),
    rules: Object.fromEntries(places.flatMap(rulesOf)),
    entitlements: Object.fromEntries(places.flatMap(entitlementsOf)),
  })
}

function rulesOf({ name, channel }: Place) {
  const ttl = { min: '1s', default: '3s', max: '5s', max_total: `${MOST_TOTAL_MS / 1_000}s` }
  const rule = (how: Readonly<Record<string, unknown>>) => {
    return {
      requesters: ['engineers'],
      ...how,
      channel,
      purposes: ['incident', ...PURPOSES],
      default_purpose: 'incident',
      ttl,
      lapse: '9s',
    }
  }
  return [
    [`${name}-one-lead`, rule({ approvers: ['leads'] })],
    [`${name}-two-leads`, rule({ approvers: ['leads'], quorum: 2 })],
    [`${name}-at-once`, rule({ approval: 'none' })],
  ] as const
}

/** Two of them give the same role, so that grants overlap on one holding. */
function entitlementsOf({ name, roles: [first, second] }: Place) {
  const entitlement = (role: string, rule: string) => {
    return { title: `Use ${role}`, target: name, access: { role }, rules: [`${name}-${rule}`] }
  }
  return [
    [`${name}-read`, entitlement(first, 'one-lead')],
    [`${name}-read-too`, entitlement(first, 'two-leads')],
    [`${name}-write`, entitlement(second, 'one-lead')],
    [`${name}-write-now`, entitlement(second, 'at-once')],
  ] as const
}

/** What people may ask for on a target. */
export function idsOn({ name }: Pick<Place, 'name'>): string[] {
  return ['read', 'read-too', 'write', 'write-now'].map((what) => `${name}-${what}`)
}
