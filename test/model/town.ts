import type { Policy } from '../../src/core/policy.ts'
import { accept, refuse } from '../../src/core/result.ts'
import { MINUTE, makeEntitlement, makeGroup, makePerson, makePolicy, makeRule, makeUsergroup } from '../support/make.ts'
import type { World } from '../support/world.ts'

/** Who lives in the stories. Ana is Ann's second Slack account. */
export const PEOPLE = ['U0ANN', 'U0ANA', 'U0BEN', 'U0LEE', 'U0KIM', 'U0SAM', 'U0SUE', 'U0DEE'] as const
export type Who = (typeof PEOPLE)[number]

export const ENGINEERS: readonly Who[] = ['U0ANN', 'U0ANA', 'U0BEN', 'U0LEE', 'U0KIM']
/** Kim is in two groups of approvers, and may ask as well. */
export const SECURITY: readonly Who[] = ['U0SAM', 'U0SUE', 'U0KIM']
export const DIRECTORS: readonly Who[] = ['U0DEE']

export const ENTITLEMENTS = ['vault', 'orders', 'logs'] as const
export type Entitlement = (typeof ENTITLEMENTS)[number]

/** Lengths of the rules, in milliseconds; the model has them from here, and nothing else of the bot's. */
export const LENGTHS = {
  lapse: 15 * MINUTE,
  escalate: 5 * MINUTE,
  mostInAll: 30 * MINUTE,
  glass: 15 * MINUTE,
  reviewWithin: 20 * MINUTE,
  autoPer: 60 * MINUTE,
} as const
export const AUTO_USES = 2

/** Terms that a config may have instead: requests that wait under the others lapse at the next start. */
export const CONFIGS = ['usual', 'stricter'] as const
export type ConfigName = (typeof CONFIGS)[number]

/** The rules of the stories: parts of two groups; one voice of a user group or of who is on call, with a later step; nobody. */
export function policyOf(config: ConfigName): Policy {
  const engineers = makeGroup('engineers', ENGINEERS)
  const leads = makeUsergroup('leads', 'S0LEADS')
  const secteam = makeGroup('secteam', SECURITY)
  const rota = { name: 'rota', source: { kind: 'schedule', schedule: 'http rota' } } as const
  const directors = makeGroup('directors', DIRECTORS)
  const common = { requesters: [engineers], lapseMs: LENGTHS.lapse }
  const two = makeRule({
    ...common,
    name: 'two-teams',
    approvers: [leads, secteam],
    quorum: config === 'usual' ? 2 : 3,
    needs: [
      { from: leads, atLeast: 1 },
      { from: secteam, atLeast: config === 'usual' ? 1 : 2 },
    ],
  })
  const one = makeRule({
    ...common,
    name: 'one-voice',
    approvers: [leads, rota],
    remindMs: 3 * MINUTE,
    escalate: [{ afterMs: LENGTHS.escalate, to: [directors], channels: [], decide: true }],
    ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE, maxTotalMs: LENGTHS.mostInAll },
  })
  const auto = makeRule({
    ...common,
    name: 'nobody',
    approval: 'none',
    approvers: [],
    quorum: 0,
    limit: { uses: AUTO_USES, perMs: LENGTHS.autoPer },
  })
  const glass = {
    name: 'at-night',
    requesters: [rota, engineers],
    reason: { minLength: 5, hint: undefined, pattern: undefined },
    ttl: { minMs: MINUTE, defaultMs: LENGTHS.glass, maxMs: LENGTHS.glass },
    notify: [directors],
    review: { by: [secteam], withinMs: LENGTHS.reviewWithin },
    alarm: { uses: 3, perMs: 60 * MINUTE },
  }
  const entitlements = [
    makeEntitlement({ id: 'vault', access: { role: 'vault' }, rules: [two] }),
    makeEntitlement({ id: 'orders', access: { role: 'orders' }, rules: [one], breakGlass: glass }),
    makeEntitlement({ id: 'logs', access: { role: 'logs' }, rules: [auto] }),
  ]
  const groups = [engineers, leads, secteam, rota, directors]
  const policy = makePolicy({
    entitlements: new Map(entitlements.map((entitlement) => [entitlement.id, entitlement])),
    groups: new Map(groups.map((group) => [group.name, group])),
  })
  return { ...policy, people: { ...policy.people, security: [secteam], limits: { open: 3, perHour: 1_000 } } }
}

/** People and groups as they are now, outside the bot. */
export interface Outside {
  readonly gone: ReadonlySet<Who>
  readonly renamed: ReadonlySet<Who>
  readonly leads: readonly Who[]
  readonly rota: readonly Who[]
  readonly rotaAnswers: boolean
}

/** The subject that Slack shows for somebody. */
export function subjectOf(who: Who, renamed: ReadonlySet<Who>): string {
  const name = who === 'U0ANA' ? 'ann' : who.slice(2).toLowerCase()
  return renamed.has(who) ? `new-${who.slice(2).toLowerCase()}@example.com` : `${name}@example.com`
}

/** Lets the look-ups of the bot see people and groups as they are. */
export function show({ people }: Pick<World, 'people'>, outside: Outside): void {
  for (const who of PEOPLE) {
    const person = makePerson(who.slice(2).toLowerCase(), { id: who, subject: subjectOf(who, outside.renamed) })
    const gone = refuse('deactivated', 'That Slack account is deactivated.')
    people.persons.set(who, outside.gone.has(who) ? gone : accept(person))
  }
  people.usergroups.set('S0LEADS', accept(outside.leads))
  if (outside.rotaAnswers) people.usergroups.set('http rota', accept(outside.rota))
  else people.usergroups.delete('http rota')
}
