import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { expectFaults, expectFindings, read, written } from './written.ts'

const CANARY = 'c4nary-of-the-schedule'
/** In quotes, as YAML wants it. */
const FROM_ENV = `"\${PD_TOKEN}"`
const VARIABLES = { PD_TOKEN: CANARY }

/** A config whose approvers are on call by this source. */
function withSource(source: string): string {
  return written({ groups: `groups: { engineers: { slack_usergroup: S0ENG }, leads: { ${source} } }` })
}

function loaded(source: string, variables: Record<string, string> = VARIABLES) {
  const result = read(withSource(source), variables)
  if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join('\n'))
  return result.config
}

function sourceOf(source: string) {
  return loaded(source).policy.groups.get('leads')?.source
}

describe('what names a schedule', () => {
  it.each([
    [`pagerduty: { schedule: PX12345, token: ${FROM_ENV} }`, 'pagerduty PX12345'],
    [
      `pagerduty: { schedule: PX12345, token: ${FROM_ENV}, url: https://api.eu.pagerduty.com/ }`,
      'pagerduty PX12345 at api.eu.pagerduty.com',
    ],
    [`opsgenie: { schedule: platform night, key: ${FROM_ENV} }`, 'opsgenie platform night'],
    [
      `opsgenie: { schedule: night, key: ${FROM_ENV}, url: "http://127.0.0.1:8080/alerts" }`,
      'opsgenie night at 127.0.0.1:8080/alerts',
    ],
    [`http: { url: https://oncall.example.com/db, token: ${FROM_ENV} }`, 'http oncall.example.com b084f664'],
  ])('%s', (source, schedule) => {
    expect(sourceOf(source)).toEqual({ kind: 'schedule', schedule })
  })

  it.each(['?key=', 'hooks/'])('is another one where the address is another after %s, which is not told', (before) => {
    const [one, other] = ['a', 'b'].map((team) =>
      sourceOf(`http: { url: "https://oncall.example.com/${before}${team}-c4nary" }`),
    )
    expect(one).not.toEqual(other)
    expect(JSON.stringify([one, other])).not.toContain('c4nary')
  })
})

it.each([
  ['a PagerDuty token', `pagerduty: { schedule: PX12345, token: ${FROM_ENV} }`],
  ['a PagerDuty token in the file itself', `pagerduty: { schedule: PX12345, token: ${CANARY} }`],
  ['an Opsgenie key', `opsgenie: { schedule: night, key: ${FROM_ENV} }`],
  ['an Opsgenie key in the file itself', `opsgenie: { schedule: night, key: ${CANARY} }`],
  ['the token of a service', `http: { url: https://oncall.example.com, token: ${CANARY} }`],
])('%s is known as a secret, and stands nowhere in the policy or in what a config prints', (_name, source) => {
  const config = loaded(source)
  expect(config.secrets.reveal()).toContain(CANARY)
  expect(JSON.stringify(config.schedules.get('leads')?.reveal())).toContain(CANARY)
  expect(`${inspect(config, { depth: 9 })} ${JSON.stringify([...config.policy.groups])}`).not.toContain(CANARY)
})

describe('refused is', () => {
  it.each([
    ['no source at all', '▸leads: {}', 'exactly one of slack_usergroup, members, pagerduty, opsgenie, http'],
    ['two sources', '▸leads: { members: [U0LEE], http: { url: https://oncall.example.com } }', 'exactly one of'],
    ['a schedule by its name', 'leads: { pagerduty: { schedule: ▸on call, token: abcdefgh } }', 'must be the id'],
    ['a token with a space', 'leads: { pagerduty: { schedule: PX12345, token: ▸abcd efgh } }', 'must have no spaces'],
    ['an empty token', 'leads: { http: { url: https://oncall.example.com, token: ▸"" } }', 'at least 8 characters'],
    [
      'plain http to another machine',
      'leads: { http: { url: ▸http://oncall.example.com } }',
      'must be an https address',
    ],
    [
      'plain http to a name like this machine',
      'leads: { http: { url: ▸http://127.0.0.1.example.com } }',
      'must be an https',
    ],
    ['a password in the address', 'leads: { http: { url: ▸https://a:b@oncall.example.com } }', 'without a user name'],
    [
      'a query at the root of an API',
      'leads: { opsgenie: { schedule: n, key: 12345678a, url: ▸"https://x.example.com/?a" } }',
      'must end before',
    ],
  ])('%s', (_name, group, words) => {
    const text = written({ groups: `groups: { engineers: { slack_usergroup: S0ENG }, ${group} }` })
    expectFaults(text, [words])
  })
})

it('the finding that approvers may be too few says where to look, schedules too', () => {
  const groups =
    'groups: { engineers: { slack_usergroup: S0ENG }, lee: { members: [U0LEE] }, oncall: { http: { url: https://oncall.example.com } } }'
  const rules = 'rules: { one-lead: { requesters: [engineers], approvers: ▸[oncall] } }'
  const people = 'people: { subject: email, email_domains: [example.com], security: [lee] }'
  expectFindings(written({ groups, rules, people }), [
    'see that the Slack user groups and on-call schedules have enough people',
  ])
})
