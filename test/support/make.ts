import { hash } from 'node:crypto'
import type { Copy } from '../../src/core/copy.ts'
import type { Active, Granting, Revoking } from '../../src/core/grant.ts'
import { beginGrant, openHolding } from '../../src/core/granting.ts'
import type { Holding } from '../../src/core/holding.ts'
import type { Person, Profile } from '../../src/core/person.ts'
import type { Entitlement, Group, Policy, Rule, Target } from '../../src/core/policy.ts'
import type { PendingRequest } from '../../src/core/request.ts'
import { draftRequest } from '../../src/core/submission.ts'

/** 2026-11-22T03:00:00Z: the middle of the night. */
export const NIGHT = Date.UTC(2026, 10, 22, 3)
export const MINUTE = 60_000

export const sha256 = (text: string) => hash('sha256', text, 'hex')

export function makeGroup(name: string, members: readonly string[]): Group {
  return { name, source: { kind: 'members', members } }
}

export function makeUsergroup(name: string, id: string): Group {
  return { name, source: { kind: 'usergroup', id } }
}

export function makeSchedule(name: string, schedule: string): Group {
  return { name, source: { kind: 'schedule', schedule } }
}

const ENGINEERS = makeGroup('engineers', ['U0ANN', 'U0BEN', 'U0LEE'])
export const LEADS = makeGroup('leads', ['U0LEE', 'U0KIM'])
const SECTEAM = makeGroup('secteam', ['U0SAM'])

export function makeTarget(change: Partial<Target> = {}): Target {
  return {
    name: 'orders-db',
    account: { kind: 'local_part' },
    timeoutMs: 30_000,
    quietMs: 60_000,
    concurrency: 4,
    notice: undefined,
    ...change,
  }
}

export function makeRule(change: Partial<Rule> = {}): Rule {
  return {
    name: 'one-lead',
    requesters: [ENGINEERS],
    approval: 'people',
    approvers: [LEADS],
    quorum: 1,
    needs: [],
    limit: undefined,
    purposes: ['incident', 'deployment', 'security-fix'],
    defaultPurpose: 'incident',
    reason: { minLength: 5, hint: undefined, pattern: undefined },
    ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE },
    lapseMs: 15 * MINUTE,
    remindMs: undefined,
    escalate: [],
    channel: undefined,
    ...change,
  }
}

export function makeEntitlement(change: Partial<Entitlement> = {}): Entitlement {
  return {
    id: 'orders-read',
    title: 'Read the orders database',
    target: makeTarget(),
    access: { role: 'orders_read' },
    rules: [makeRule()],
    breakGlass: undefined,
    ...change,
  }
}

export function makePolicy(change: Partial<Policy> = {}): Policy {
  const entitlements = change.entitlements ?? new Map([['orders-read', makeEntitlement()]])
  const rules = [...entitlements.values()].flatMap((entitlement) => entitlement.rules)
  const targets = [...entitlements.values()].map(({ target }) => target)
  const glass = [...entitlements.values()].flatMap(({ breakGlass }) => breakGlass ?? [])
  return {
    command: '/breakglass',
    securityChannel: 'C0SECURITY',
    requestsChannel: 'C0REQUESTS',
    people: {
      subject: { kind: 'email', domains: ['example.com'] },
      security: [SECTEAM],
      limits: { open: 5, perHour: 20 },
    },
    groups: new Map([ENGINEERS, LEADS, SECTEAM].map((group) => [group.name, group])),
    targets: new Map(targets.map((target) => [target.name, target])),
    rules: new Map(rules.map((rule) => [rule.name, rule])),
    breakGlass: new Map(glass.map((rule) => [rule.name, rule])),
    ...change,
    entitlements,
  }
}

export function makeProfile(change: Partial<Profile> = {}): Profile {
  return {
    id: 'U0ANN',
    name: 'Ann',
    email: 'ann@example.com',
    emailConfirmed: true,
    home: true,
    deactivated: false,
    bot: false,
    guest: false,
    stranger: false,
    invitedOnly: false,
    ...change,
  }
}

/** A person whose id is `U0` and the name in capitals: `makePerson('ann')`. */
export function makePerson(name = 'ann', change: Partial<Person> = {}): Person {
  return { id: `U0${name.toUpperCase()}`, name, subject: `${name}@example.com`, asOf: 'now', ...change }
}

export interface RequestChange {
  readonly person?: Person
  readonly rule?: Rule
  readonly entitlement?: Entitlement
  readonly membership?: Record<string, readonly string[]>
  readonly ttlMs?: number
  readonly now?: number
  readonly reason?: string
}

/** Ann's pending request for orders-read, made by the production code. */
export function makeRequest(change: RequestChange = {}): PendingRequest {
  const rule = change.rule ?? makeRule()
  const entitlement = change.entitlement ?? makeEntitlement({ rules: [rule] })
  const reason = change.reason ?? 'INC-42 replica lag'
  const drafted = draftRequest(
    {
      id: 'R-7KQ2M4',
      person: change.person ?? makePerson('ann'),
      wanted: {
        entitlement,
        ttlMs: change.ttlMs ?? 15 * MINUTE,
        reason,
        choice: { rule, purpose: 'incident', reason, passedOver: [] },
      },
      extends: null,
      membership: change.membership ?? {},
      hash: sha256,
    },
    change.now ?? NIGHT,
  )
  if (!drafted.ok) throw new Error(drafted.refusal.sentence)
  return drafted.value
}

export function makeHolding(change: Partial<Holding> = {}): Holding {
  return { ...openHolding('h1', makeRequest(), NIGHT), version: 1, preexisting: false, ...change }
}

export function makeGranting(change: Partial<Granting> = {}): Granting {
  const [grant] = beginGrant(makeRequest(), { holding: makeHolding() }, 'U0LEE', NIGHT).grants ?? []
  return { ...(grant as Granting), version: 1, ...change }
}

export function makeActive(change: Partial<Active> = {}): Active {
  return { ...makeGranting(), state: 'active', activeAt: NIGHT + 1_000, ...change }
}

export function makeRevoking(change: Partial<Revoking> = {}): Revoking {
  const facts = { activeAt: NIGHT, cause: 'expired', by: 'system', revokingAt: NIGHT, round: 1 } as const
  return { ...makeGranting(), state: 'revoking', ...facts, goneAt: null, stuckAt: null, ...change }
}

export function makeCopy(change: Partial<Copy> = {}): Copy {
  return {
    id: 'c1',
    version: 1,
    request: 'R-7KQ2M4',
    audience: 'approvers',
    destination: 'C0REQUESTS',
    channel: 'C0REQUESTS',
    ts: '1.1',
    thread: null,
    stepMs: 0,
    failed: null,
    ...change,
  }
}
