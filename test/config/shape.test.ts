import { expect, it } from 'vitest'
import { expectFaults, expectFindings, read, written } from './written.ts'

it('accepts the smallest config without a word', () => {
  expectFindings(written(), [])
})

it('names every fault at once, each at its line and column', () => {
  expectFaults(
    `slack: { security_channel: ▸general, requests_channel: C0REQ }
people:
  email_domains: ▸[]
  security: [▸sec]
groups: { engineers: { slack_usergroup: S0ENG }, ▸leads: {} }
targets:
  db: { adapter: ▸mysql, timeout: ▸30 }
rules:
  one-lead: { requesters: [▸engineer], approvers: [leads], ▸qorum: 1 }
entitlements:
  read: { title: ▸5, target: ▸dp, access: { role: r }, rules: [▸onelead] }`,
    [
      'id of a Slack channel (not its name), like C012ABCDEF',
      'an empty list names nobody',
      'there is no group “sec”',
      'exactly one of slack_usergroup, members, pagerduty, opsgenie, http',
      'there is no adapter “mysql”',
      'write 30m for minutes',
      'there is no group “engineer” (did you mean “engineers”?)',
      'unknown key (did you mean “quorum”?)',
      'must be text, but is a number: put it in quotes',
      'there is no target “dp” (did you mean “db”?)',
      'there is no rule “onelead” (did you mean “one-lead”?)',
    ],
  )
})

it('says what a missing key is for, at the mapping that should hold it', () => {
  expectFaults(written({ slack: '▸slack: { requests_channel: C0REQ }' }), [
    'slack.security_channel: is missing: Private channel',
  ])
})

it('names every part that is missing from an empty mapping', () => {
  const result = read('{}')
  expect(result.ok ? [] : result.faults.map(({ key, message }) => `${key} ${message.split(':')[0]}`)).toEqual([
    'slack is missing',
    'people is missing',
    'groups is missing',
    'targets is missing',
    'rules is missing',
    'entitlements is missing',
  ])
})

it.each([
  ['an unknown part', { alarms: '▸alerts: []' }, 'unknown key (did you mean “alarms”?)'],
  [
    'an unknown key far from any',
    { slack: 'slack: { security_channel: C0SEC, ▸zzz: 1, requests_channel: C0REQ }' },
    'known here are command',
  ],
  [
    'an empty part',
    { groups: '▸groups: {}', rules: 'rules: { one-lead: { requesters: [g], approvers: [g] } }' },
    'at least one entry',
  ],
  ['a list where a mapping should be', { slack: 'slack: ▸[a]' }, 'must be a mapping of keys, but is a list'],
])('refuses %s', (_, parts, words) => {
  const text = written(parts)
  const result = read(text)
  const first = result.ok ? undefined : result.faults.find(({ message }) => message.includes(words))
  const line = text.split('\n').findIndex((one) => one.includes('▸'))
  expect(first).toMatchObject({ line: line + 1, column: text.split('\n')[line]!.indexOf('▸') + 1 })
})

it.each([
  'list',
  'mine',
  'help',
  'cancel',
  'end',
  'extend',
  'revoke',
  'nudge',
  'emergency',
  'pause',
  'resume',
  'unfreeze',
])('refuses the verb %s as an entitlement', (verb) => {
  expectFaults(
    written({
      entitlements: `entitlements: { ▸${verb}: { title: T, target: db, access: { role: r }, rules: [one-lead] } }`,
    }),
    [`“${verb}” is a verb`],
  )
})

it.each(['Read', 'réad', 'a b', 'a_b', '"a\\u200bb"', '"a\\nb"', '""', 'x'.repeat(65)])(
  'refuses the entitlement id %s',
  (id) => {
    expectFaults(
      written({
        entitlements: `entitlements: { ▸${id}: { title: T, target: db, access: { role: r }, rules: [one-lead] } }`,
      }),
      ['an entitlement id has lower-case letters, digits and -'],
    )
  },
)

it.each(['"a\\u202eb"', '"a\\u200bb"', '"a\\tb"', '"a\\nb"'])(
  'refuses the title %s, which is not what it looks like',
  (title) => {
    expectFaults(
      written({
        entitlements: `entitlements: { read: { title: ▸${title}, target: db, access: { role: r }, rules: [one-lead] } }`,
      }),
      ['control or invisible character'],
    )
  },
)

it('refuses a title that Slack would cut', () => {
  const entitlements = (title: string) =>
    written({
      entitlements: `entitlements: { read: { title: ▸${title}, target: db, access: { role: r }, rules: [one-lead] } }`,
    })
  expectFaults(entitlements('é'.repeat(76)), ['at most 75 characters'])
  expect(read(entitlements('é'.repeat(75))).ok).toBe(true)
})

it.each([
  ['30', 'write 30m'],
  ['"30"', 'write 30m'],
  ['15min', 'written 90s, 15m, 1h30m or 7d'],
  ['-5m', 'written 90s'],
  ['0m', 'longer than nothing'],
  ['1.5h', 'written 90s'],
  ['400d', 'at most 366d'],
  ['true', 'written 90s'],
])('refuses %s as a length of time', (length, words) => {
  expectFaults(
    written({ rules: `rules: { one-lead: { requesters: [engineers], approvers: [leads], lapse: ▸${length} } }` }),
    [words],
  )
})

it.each([
  ['(', 'missing closing )'],
  ['(?=a)', 'invalid or unsupported Perl syntax'],
  ['a{2000}', 'invalid repeat count'],
  ['(a)\\1', 'invalid escape sequence'],
])('refuses the pattern %s with the reason', (pattern, words) => {
  expectFaults(
    written({
      rules: `rules: { one-lead: { requesters: [engineers], approvers: [leads], reason: { pattern: ▸'${pattern}' } } }`,
    }),
    [words],
  )
})

it.each([
  ['quorum: ▸0', 'at least 1'],
  ['quorum: ▸1.5', 'must be a whole number'],
  ['quorum: ▸"1"', 'must be a number, but is text'],
  ['purposes: ▸[]', 'an empty list'],
  ['purposes: [incident, ▸incident]', 'stands in this list twice'],
  ['purposes: [▸2nd]', 'a letter first'],
  ['purposes: [▸two words]', 'a purpose is one word'],
  ['escalate: ▸[]', 'an empty list tells nobody'],
  ['limit: ▸{ uses: 3 }', 'limit.per: is missing'],
  ['limit: { uses: ▸0, per: 24h }', 'at least 1'],
  ['approval: ▸nobody', 'must be people or none'],
  ['channel: ▸"#ops"', 'id of a Slack channel'],
  ['reason: { min_length: ▸0 }', 'at least 1'],
  ['reason: { min_length: ▸501 }', 'at most 500'],
])('refuses a rule with %s', (key, words) => {
  const rules = `rules: { one-lead: { requesters: [engineers], approvers: [leads], ${key} } }`
  const mended = key.startsWith('limit: ▸') ? rules.replace('▸', '').replace('limit', '▸limit') : rules
  expectFaults(written({ rules: mended }), [words])
})

it('names the fault inside the form that was meant, where a value may have several', () => {
  expectFaults(
    written({
      people: 'people: { subject: { map: { U0LEE: lee, ▸bob: bob, U0KIM: ▸5 } }, security: [leads] }',
      targets:
        'targets: { db: { adapter: postgres, account: ▸{ ▸mapp: { lee: l } }, settings: { url: "postgres://h/d" } } }',
    }).replace('account: ▸{', '▸account: {'),
    [
      'people.subject.map.bob: must be the id of a Slack member',
      'people.subject.map.U0KIM: must be text, but is a number: put it in quotes',
      'targets.db.account.map: is missing: The account of each subject.',
      'targets.db.account.mapp: unknown key (did you mean “map”?)',
    ],
  )
  expectFaults(
    written({
      targets: 'targets: { db: { adapter: postgres, account: ▸email, settings: { url: "postgres://h/d" } } }',
    }),
    ['must be subject, local_part, or a map'],
  )
})
