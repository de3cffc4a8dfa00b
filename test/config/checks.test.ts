import { describe, expect, it } from 'vitest'
import { expectFaults, expectFindings, read, written } from './written.ts'

const GROUPS = `groups:
  engineers: { slack_usergroup: S0ENG }
  fixed: { members: [U0ANN, U0BOB, U0LEE] }
  leads: { members: [U0LEE, U0KIM] }
  lee: { members: [U0LEE] }`
const USED = 'people: { email_domains: [example.com], security: [engineers, fixed, leads, lee] }'

/** A config whose only rule has these keys. */
function ruled(keys: string, parts: Parameters<typeof written>[0] = {}): string {
  return written({ groups: GROUPS, people: USED, rules: `rules:\n  one-lead: { ${keys} }`, ...parts })
}

const mapped = (map: string) => `people: { subject: { map: { ${map} } }, security: [engineers, fixed, leads, lee] }`
const targeted = (account: string) =>
  `targets: { db: { adapter: postgres, account: ${account}, settings: { url: "postgres://h/d" } } }`

it.each([
  ['requesters: [fixed], approvers: [▸nobody]', 'there is no group “nobody”'],
  [
    'requesters: [fixed], approvers: [leads], escalate: [{ after: 5m, to: [leads] }, { after: 9m, to: [▸bosses] }]',
    'escalate.1.to.0: there is no group',
  ],
  ['requesters: [▸lead], approvers: [leads]', 'did you mean “leads”?'],
])('refuses a rule that names nobody: %s', (keys, words) => {
  const result = read(ruled(keys))
  expect(result.ok ? [] : result.faults.map(({ key, message }) => `${key}: ${message}`)).toContainEqual(
    expect.stringContaining(words),
  )
})

it('refuses unknown names in every other place', () => {
  expectFaults(
    written({
      people: 'people: { email_domains: [example.com], security: [leads, ▸sec] }',
      entitlements:
        'entitlements: { read: { title: R, target: ▸d, access: { role: r }, rules: [one-lead, ▸two], break_glass: ▸bg } }',
    }),
    [
      'no group “sec”',
      'no target “d”',
      'no rule “two”',
      'no break-glass rule “bg”: there are none under `break_glass`',
    ],
  )
})

it('finds what nothing uses', () => {
  expectFindings(
    written({
      groups: `groups:
  engineers: { slack_usergroup: S0ENG }
  leads: { members: [U0LEE, U0KIM] }
  ▸idle: { members: [U0A] }`,
      rules: `rules:
  one-lead: { requesters: [engineers], approvers: [leads] }
  ▸other: { requesters: [engineers], approvers: [leads] }`,
    }),
    ['nothing uses this group', 'nothing uses this rule'],
  )
})

it.each([
  ['approval: none, requesters: [fixed], approvers: ▸[leads]', 'has no meaning with approval: none'],
  ['approval: none, requesters: [fixed], quorum: ▸1', 'has no meaning with approval: none'],
  [
    'requesters: [fixed], approvers: [leads], default_purpose: ▸incidnt',
    'must be one of purposes: incident, deployment or security-fix (did you mean “incident”?)',
  ],
  [
    'requesters: [fixed], approvers: [leads], purposes: [a, b], default_purpose: ▸incident',
    'must be one of purposes: a or b',
  ],
  [
    'requesters: [fixed], approvers: [leads], ttl: { default: ▸31m }',
    '31m must not be shorter than min, 1m, nor longer than max, 30m',
  ],
  ['requesters: [fixed], approvers: [leads], ttl: { min: 5m, default: ▸4m }', '4m must not be shorter than min, 5m'],
  ['requesters: [fixed], approvers: [leads], ttl: { max_total: ▸29m }', 'must not be shorter than max, 30m'],
])('refuses a rule that contradicts itself: %s', (keys, words) => {
  expectFaults(ruled(keys), [words])
})

it('refuses a rule that asks people and names none', () => {
  expectFaults(ruled('requesters: [fixed]').replace('one-lead: {', '▸one-lead: {'), [
    'approvers: is missing: name groups that may approve, or write approval: none',
  ])
})

it('refuses a shortest time over the longest', () => {
  expectFaults(ruled('requesters: [fixed], approvers: [leads], ▸ttl: { min: 31m }'), [
    'min, 31m, must not be longer than max, 30m',
  ])
})

it('checks the times of a break-glass rule too', () => {
  expectFaults(written({ break_glass: 'break_glass: { bg: { requesters: [leads], ttl: { default: ▸1h } } }' }), [
    '1h must not be',
  ])
})

it('takes a rule that grants at once', () => {
  expectFindings(ruled('approval: none, requesters: [fixed], limit: { uses: 3, per: 24h }'), [])
})

it.each([
  ['requesters: [lee], approvers: ▸[lee]', '1 must agree, but besides the requester fewer can for U0LEE'],
  ['requesters: [leads], approvers: ▸[lee]', 'for U0LEE:'],
  ['requesters: [fixed], approvers: ▸[leads], quorum: 2', 'for U0LEE:'],
  ['requesters: [fixed], approvers: ▸[leads, lee], quorum: 3', 'for U0ANN, U0BOB, U0LEE:'],
])('refuses a rule under which somebody can never get a yes: %s', (keys, words) => {
  expectFaults(ruled(keys), [words])
})

it.each([
  ['requesters: [fixed], approvers: [leads]'],
  ['requesters: [engineers], approvers: [leads]'],
  ['requesters: [lee], approvers: [leads, fixed], quorum: 3'],
])('says nothing when everybody has enough approvers: %s', (keys) => {
  expectFindings(ruled(keys), [])
})

it.each([
  ['requesters: [engineers], approvers: ▸[lee]', 'only 0 besides the requester are sure'],
  ['requesters: [engineers], approvers: ▸[leads], quorum: 2', 'only 1 besides the requester are sure'],
  ['requesters: [lee], approvers: ▸[engineers]', 'only 0 besides the requester are sure'],
  ['requesters: [lee], approvers: ▸[engineers, leads], quorum: 2', 'only 1 besides the requester are sure'],
])('finds that approvers may be too few where a user group decides: %s', (keys, words) => {
  expectFindings(ruled(keys), [words])
})

it('counts two members with one subject as one person', () => {
  const people = mapped('U0LEE: lee, U0KIM: lee, U0ANN: ann, U0BOB: bob')
  expectFaults(ruled('requesters: [fixed], approvers: ▸[leads]', { people, targets: targeted('subject') }), [
    'for U0LEE:',
  ])
  expectFaults(ruled('requesters: [fixed], approvers: ▸[leads], quorum: 2', { people, targets: targeted('subject') }), [
    'for U0ANN, U0BOB, U0LEE:',
  ])
})

it('counts a member without a subject as nobody, and says so', () => {
  const people = mapped('U0LEE: lee, U0ANN: ann, U0BOB: bob')
  const groups = GROUPS.replace('U0KIM', '▸U0KIM')
  const text = ruled('requesters: [lee], approvers: ▸[leads]', { people, groups, targets: targeted('subject') })
  expectFaults(text.replace('▸U0KIM', 'U0KIM'), ['for U0LEE:'])
  expectFindings(
    ruled('requesters: [lee], approvers: [leads, fixed]', { people, groups, targets: targeted('subject') }),
    ['U0KIM is not in people.subject.map'],
  )
})

const many = (count: number) => Array.from({ length: count }, (_, index) => `U0${index + 10}`).join(', ')
const crowd = (count: number) => `${GROUPS}\n  crowd: { members: [${many(count)}] }`
const silent = { slack: 'slack: { security_channel: C0SEC }' }

it('refuses more than ten approvers without a channel', () => {
  const keys = 'requesters: [fixed], approvers: ▸[crowd]'
  expectFaults(ruled(keys, { ...silent, groups: crowd(11) }), ['more than 10 approvers need a channel'])
  expectFindings(ruled(keys.replace('▸', ''), { ...silent, groups: crowd(10) }), [])
  expectFindings(ruled(`${keys.replace('▸', '')}, channel: C0OPS`, { ...silent, groups: crowd(11) }), [])
  expectFindings(ruled(keys.replace('▸', ''), { groups: crowd(11) }), [])
})

it('finds that a user group may have more than ten approvers', () => {
  expectFindings(ruled('requesters: [lee], approvers: ▸[engineers, leads]', silent), [
    'more than 10 approvers need a channel: set channel here or slack.requests_channel; how many',
  ])
})

it.each([
  ['subject', 'map: { ann@example.com: a, bob@example.com: ▸a }', 'ann@example.com has this account already'],
  ['no e-mail domain', 'map: { ▸ann@other.com: a }', 'must be an address of example.com'],
  ['a capital letter', 'map: { ▸Ann@example.com: a }', 'must be in lower case'],
  ['white space', 'map: { ann@example.com: ▸" a" }', 'white space'],
  ['nothing', 'map: { ann@example.com: ▸"" }', 'must not be empty'],
])('refuses an account map with %s', (_, map, words) => {
  expectFaults(written({ targets: targeted(`{ ${map} }`) }), [words])
})

it('refuses an account map for subjects that nobody has', () => {
  const people = mapped('U0LEE: lee, U0KIM: kim, U0ANN: ann, U0BOB: bob')
  const text = ruled('requesters: [fixed], approvers: [leads]', {
    people,
    targets: targeted('{ map: { lee: l, ▸leo: o } }'),
  })
  expectFaults(text, ['is no subject of people.subject.map'])
  const ids = 'people: { subject: slack_id, security: [leads] }'
  expectFaults(written({ people: ids, targets: targeted('{ map: { U0LEE: l, ▸lee: o } }') }), [
    'must be a Slack member id',
  ])
})

it('refuses local_part where it could name two people', () => {
  expectFaults(
    written({
      people: 'people: { email_domains: [a.com, b.com], security: [leads] }',
      targets: targeted('▸local_part'),
    }),
    ['local_part needs exactly one e-mail domain'],
  )
  expectFaults(
    written({ people: 'people: { subject: slack_id, security: [leads] }', targets: targeted('▸local_part') }),
    ['local_part needs people.subject: email'],
  )
})

it('wants e-mail domains with e-mails, and finds them idle otherwise', () => {
  expectFaults(written({ people: '▸people: { security: [leads] }' }), ['people.email_domains: is missing'])
  expectFindings(
    written({
      people: 'people: { subject: slack_id, email_domains: ▸[a.com], security: [leads] }',
      targets: targeted('subject'),
    }),
    ['counts only with subject: email'],
  )
})

it('lets the adapter check its settings and the access, at the right line', () => {
  expectFaults(
    written({
      targets: `targets:
  db: { adapter: postgres, account: local_part, settings: { url: ▸"mysql://h/d", ▸databaes: [a], databases: ▸[] } }`,
      entitlements: `entitlements:
  read: { title: R, target: db, access: { role: ▸"${'x'.repeat(64)}" }, rules: [one-lead] }
  other: { title: R, target: db, ▸access: {}, rules: [one-lead] }`,
    }),
    [
      'settings.url: must be an address like postgres://',
      'settings.databaes: unknown key (did you mean “databases”?)',
      'settings.databases: an empty list ends no session',
      'access.role: at most 63 bytes',
      'access.role: is missing: The role of which',
    ],
  )
})

it('has nothing to say about reminders, steps and broken glass: all of it is acted on', () => {
  expectFindings(
    ruled('requesters: [fixed], approvers: [leads], remind: 3m, escalate: [{ after: 5m, to: [leads], decide: true }]', {
      break_glass: 'break_glass: { bg: { requesters: [leads] } }',
      entitlements:
        'entitlements: { read: { title: R, target: db, access: { role: r }, rules: [one-lead], break_glass: bg } }',
    }),
    [],
  )
})

const GLASS = (keys: string) => ({
  break_glass: `break_glass:\n  loud: { ${keys} }`,
  entitlements:
    'entitlements: { read: { title: R, target: db, access: { role: r }, rules: [one-lead], break_glass: loud } }',
})

describe('a break-glass rule', () => {
  it('has a name of its own, because uses are counted by name', () => {
    const parts = GLASS('requesters: [leads]')
    const named = { ...parts, break_glass: parts.break_glass.replace('loud', '▸one-lead') }
    const entitlements = parts.entitlements.replace('break_glass: loud', 'break_glass: one-lead')
    expectFaults(written({ ...named, entitlements }), ['a rule has this name already'])
  })

  it.each([
    ['the only reviewer', 'loud: { requesters: [lee], review: { by: ▸[lee] } }'],
    ['the only one of the security people', '▸loud: { requesters: [lee] }'],
  ])('has somebody else who reviews: refused for %s', (_, rule) => {
    const people = 'people: { email_domains: [example.com], security: [lee] }'
    const groups = `groups:
  engineers: { slack_usergroup: S0ENG }
  leads: { members: [U0LEE, U0KIM] }
  lee: { members: [U0LEE] }`
    const parts = { ...GLASS(''), break_glass: `break_glass:\n  ${rule}`, people, groups }
    expectFaults(written(parts), ['nobody else could review what U0LEE did'])
  })

  it('may have reviewers among those who break it, if there are others', () => {
    expectFindings(written(GLASS('requesters: [leads], review: { by: [leads] }')), [])
  })

  it('asks for thirty characters and gives fifteen minutes, unless it says otherwise', () => {
    const made = read(written(GLASS('requesters: [leads]')))
    const rule = made.ok ? made.config.policy.breakGlass.get('loud') : undefined
    expect(rule).toMatchObject({ reason: { minLength: 30 }, ttl: { defaultMs: 900_000, maxMs: 900_000 } })
  })

  it('should not take fewer words than asking does', () => {
    const rules = (least: number) =>
      `rules: { one-lead: { requesters: [engineers], approvers: [leads], reason: { min_length: ${least} } } }`
    const glass = GLASS('requesters: [leads], reason: { min_length: ▸12 }')
    expectFindings(written({ ...glass, rules: rules(20) }), [
      '12 is less than what it takes to ask: one-lead, an ordinary rule of read, asks for 20',
    ])
    expectFindings(written({ ...GLASS('requesters: [leads]'), rules: rules(30) }), [])
  })

  it('leaves time for the review when the access is over', () => {
    expectFaults(written(GLASS('requesters: [leads], ttl: { max: 2h }, review: { by: [leads], within: ▸1h }')), [
      '1h is too short: access lasts up to 2h',
    ])
  })
})
