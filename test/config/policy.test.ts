import { expect, it } from 'vitest'
import { z } from 'zod'
import type { AdapterDefinition } from '../../src/adapters/contract.ts'
import type { Config } from '../../src/config/load.ts'
import { read, written } from './written.ts'

const MINUTE = 60_000

function configOf(text: string, adapters?: ReadonlyMap<string, AdapterDefinition>): Config {
  const result = read(text, {}, adapters ? { adapters } : {})
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.config
}

it('fills in every default', () => {
  const { policy, targets } = configOf(written())
  expect(policy.command).toBe('/breakglass')
  expect(policy.people.limits).toEqual({ open: 5, perHour: 20 })
  expect(policy.targets.get('db')).toEqual({
    name: 'db',
    account: { kind: 'local_part' },
    timeoutMs: 30_000,
    quietMs: MINUTE,
    concurrency: 4,
    notice: 'Open sessions of this login are ended when access ends.',
  })
  expect(policy.rules.get('one-lead')).toEqual({
    name: 'one-lead',
    requesters: [{ name: 'engineers', source: { kind: 'usergroup', id: 'S0ENG' } }],
    approval: 'people',
    approvers: [{ name: 'leads', source: { kind: 'members', members: ['U0LEE', 'U0KIM'] } }],
    quorum: 1,
    needs: [],
    limit: undefined,
    purposes: ['incident', 'deployment', 'security-fix'],
    defaultPurpose: undefined,
    reason: { minLength: 1, hint: undefined, pattern: undefined },
    ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE, maxTotalMs: undefined },
    lapseMs: 15 * MINUTE,
    remindMs: undefined,
    escalate: [],
    channel: undefined,
  })
  expect(targets.get('db')?.kind).toBe('postgres')
})

it('keeps everything that is written', () => {
  const { policy } = configOf(
    written({
      slack: 'slack: { command: /bg-2, security_channel: C0SEC }',
      people: 'people: { subject: { map: { U0LEE: lee, U0KIM: kim } }, security: [leads], limits: { open: 2 } }',
      targets:
        'targets: { db: { adapter: postgres, account: { map: { lee: l } }, timeout: 5s, quiet: 1m30s, concurrency: 9, settings: { url: "postgres://h/d" } } }',
      rules: `rules:
  one-lead:
    requesters: [engineers]
    approvers: [leads]
    quorum: 2
    limit: { uses: 3, per: 7d }
    purposes: [fire, flood]
    default_purpose: flood
    reason: { min_length: 10, hint: Which }
    ttl: { min: 2m, default: 3m, max: 4m }
    escalate: [{ after: 5m, to: [leads], decide: true }]
    lapse: 1h
    channel: C0OPS`,
    }),
  )
  expect(policy).toMatchObject({ command: '/bg-2', securityChannel: 'C0SEC', requestsChannel: undefined })
  expect(policy.people).toMatchObject({
    subject: { kind: 'map', map: { U0LEE: 'lee', U0KIM: 'kim' } },
    limits: { open: 2, perHour: 20 },
  })
  expect(policy.targets.get('db')).toMatchObject({
    account: { kind: 'map', map: { lee: 'l' } },
    timeoutMs: 5_000,
    quietMs: 90_000,
    concurrency: 9,
  })
  expect(policy.rules.get('one-lead')).toMatchObject({
    quorum: 2,
    limit: { uses: 3, perMs: 7 * 24 * 60 * MINUTE },
    purposes: ['fire', 'flood'],
    defaultPurpose: 'flood',
    reason: { minLength: 10, hint: 'Which' },
    ttl: { minMs: 2 * MINUTE, defaultMs: 3 * MINUTE, maxMs: 4 * MINUTE },
    escalate: [{ afterMs: 5 * MINUTE, decide: true, to: [{ name: 'leads' }] }],
    lapseMs: 60 * MINUTE,
    channel: 'C0OPS',
  })
})

it('ties entitlements to the very rules and targets of the policy', () => {
  const { policy } = configOf(written())
  const entitlement = policy.entitlements.get('read')
  expect(entitlement).toMatchObject({ id: 'read', title: 'Read', access: { role: 'r' } })
  expect(entitlement?.target).toBe(policy.targets.get('db'))
  expect(entitlement?.rules[0]).toBe(policy.rules.get('one-lead'))
})

it('asks nobody under a rule that grants at once', () => {
  const { policy } = configOf(written({ rules: 'rules: { one-lead: { requesters: [engineers], approval: none } }' }))
  expect(policy.rules.get('one-lead')).toMatchObject({ approval: 'none', approvers: [], quorum: 0 })
})

it.each([
  ['{ max: 10m }', 10],
  ['{ min: 20m }', 20],
  ['{}', 15],
])('takes the usual time as near to 15 minutes as %s allows', (ttl, minutes) => {
  const rules = `rules: { one-lead: { requesters: [engineers], approvers: [leads], ttl: ${ttl} } }`
  expect(configOf(written({ rules })).policy.rules.get('one-lead')?.ttl.defaultMs).toBe(minutes * MINUTE)
})

function patternOf(source: string) {
  const rules = `rules: { one-lead: { requesters: [engineers], approvers: [leads], reason: { pattern: '${source}' } } }`
  return configOf(written({ rules })).policy.rules.get('one-lead')?.reason.pattern
}

it('searches for the pattern of a reason anywhere in it', () => {
  const pattern = patternOf('INC-[0-9]+')
  expect(pattern?.source).toBe('INC-[0-9]+')
  expect(['INC-42', 'see INC-42 please', 'INC-', 'inc-42'].map((reason) => pattern?.found(reason))).toEqual([
    true,
    true,
    false,
    false,
  ])
})

it('answers within linear time for a pattern that others take for ever with', () => {
  const started = performance.now()
  expect(patternOf('^(a+)+$')?.found(`${'a'.repeat(500)}!`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})

it('tells approvers what the adapter says of open sessions and of access that outlives a revoke', () => {
  const definition: AdapterDefinition = {
    kind: 'fake',
    settings: z.strictObject({}),
    access: z.strictObject({ level: z.int().transform((level) => level + 1) }),
    nativeExpiry: false,
    perGrant: false,
    residual: 'Tokens live on for a minute.',
    notice: 'Sessions stay.',
    open: () => Promise.reject(new Error('never opened')),
  }
  const { policy } = configOf(
    written({
      targets: 'targets: { db: { adapter: fake } }',
      entitlements: 'entitlements: { read: { title: R, target: db, access: { level: 1 }, rules: [one-lead] } }',
    }),
    new Map([['fake', definition]]),
  )
  expect(policy.targets.get('db')?.notice).toBe('Tokens live on for a minute. Sessions stay.')
  expect(policy.entitlements.get('read')?.access).toEqual({ level: 2 })
})

it('is frozen to the bottom', () => {
  const config = configOf(written())
  const { policy } = config
  const changes: (() => unknown)[] = [
    () => Object.assign(policy, { command: '/x' }),
    () => Object.assign(policy.people.limits, { open: 100 }),
    () => Object.assign(policy.rules.get('one-lead')!, { quorum: 0 }),
    () => (policy.rules.get('one-lead')!.approvers as unknown[]).push('me'),
    () => (policy.rules as Map<string, unknown>).set('other', {}),
    () => (policy.groups as Map<string, unknown>).delete('leads'),
    () => (policy.entitlements as Map<string, unknown>).clear(),
    () => (config.targets as Map<string, unknown>).set('x', {}),
    () => Object.assign(config.targets.get('db')!, { kind: 'x' }),
    () => Object.assign(config.targets.get('db')?.settings.reveal() as object, { url: 'x' }),
    () => Object.assign(config.file.reveal().slack, { command: '/x' }),
  ]
  for (const change of changes) expect(change).toThrow(TypeError)
})

it('keeps the checked file for what the policy does not hold yet', () => {
  const alarms = 'alarms: [{ webhook: { url: "https://a.example.com/x", secret: "of-the-alarm" } }]'
  const { file } = configOf(
    written({ alarms, break_glass: 'break_glass: { bg: { requesters: [leads], alarm: { uses: 3, per: 7d } } }' }),
  )
  expect(file.reveal()).toMatchObject({
    alarms: [{ webhook: { url: 'https://a.example.com/x', secret: 'of-the-alarm' } }],
    break_glass: { bg: { alarm: { uses: 3, per: 7 * 24 * 60 * MINUTE }, ttl: { min: MINUTE } } },
  })
})

it('reads how many of which group must agree, and adds them up', () => {
  const parts = '[{ from: leads, at_least: 1 }, { from: others }]'
  const { policy } = configOf(
    written({
      groups:
        'groups: { engineers: { slack_usergroup: S0ENG }, leads: { members: [U0LEE, U0KIM] }, others: { members: [U0SAM, U0SUE] } }',
      rules: `rules: { one-lead: { requesters: [engineers], approvers: ${parts} } }`,
    }),
  )
  const rule = policy.rules.get('one-lead')
  expect(rule).toMatchObject({ quorum: 2, approvers: [{ name: 'leads' }, { name: 'others' }] })
  expect(rule?.needs).toMatchObject([
    { from: { name: 'leads' }, atLeast: 1 },
    { from: { name: 'others' }, atLeast: 1 },
  ])
})
