import { it } from 'vitest'
import { expectFaults, expectFindings, written } from './written.ts'

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

const withBob = {
  groups: `${GROUPS}\n  bob: { members: [U0BOB] }`,
  people: 'people: { email_domains: [example.com], security: [engineers, fixed, leads, lee, bob] }',
}
const LEAD_AND_LEE = '{ from: leads, at_least: 1 }, { from: lee, at_least: 1 }'

it.each([
  // Ann and Bob: Kim for the leads, and Lee for himself
  ['requesters: [asking], approvers: [{ from: leads, at_least: 1 }, { from: lee }]'],
  ['requesters: [asking], approvers: [{ from: leads, at_least: 2 }]'],
  ['requesters: [fixed], approvers: [{ from: leads }]'],
  ['requesters: [asking], approvers: [{ from: leads }, { from: fixed }], quorum: 3'],
])('says nothing when each part has enough approvers, each for one of them: %s', (keys) => {
  const groups = `${GROUPS}\n  asking: { members: [U0ANN, U0BOB] }`
  const people = 'people: { email_domains: [example.com], security: [engineers, fixed, leads, lee, asking] }'
  expectFindings(ruled(keys, { groups, people }), [])
})

it('refuses parts that too few others can meet, each by itself and all together', () => {
  expectFaults(ruled('requesters: [fixed], approvers: [▸{ from: leads, at_least: 2 }]'), [
    '2 of leads must agree, but besides the requester fewer, each for one part, can for U0LEE',
  ])
  expectFaults(ruled('requesters: [lee], approvers: [{ from: leads }, ▸{ from: lee }]'), [
    '1 of lee must agree, but besides the requester fewer, each for one part, can for U0LEE',
  ])
  const together = 'requesters: [bob], approvers: ▸[{ from: lee }, { from: boss }]'
  const groups = `${GROUPS}\n  boss: { members: [U0LEE] }\n  bob: { members: [U0BOB] }`
  const people = 'people: { email_domains: [example.com], security: [engineers, fixed, leads, lee, boss, bob] }'
  expectFaults(ruled(together, { groups, people }), ['1 of lee and 1 of boss must agree, but'])
})

it('finds parts that may not be met where a user group decides', () => {
  expectFindings(ruled('requesters: [engineers], approvers: [{ from: leads }, ▸{ from: lee }]'), [
    '1 of lee must agree, but only 0 besides the requester are sure',
  ])
})

it('refuses a quorum below what the parts ask for', () => {
  expectFaults(
    ruled(`requesters: [fixed], approvers: [${LEAD_AND_LEE}], quorum: ▸1`.replace('fixed', 'bob'), withBob),
    ['must not be smaller than 2, what approvers asks for together'],
  )
  expectFindings(ruled(`requesters: [bob], approvers: [${LEAD_AND_LEE}], quorum: 2`, withBob), [])
})

it('refuses a list of groups and parts together, and names what is wrong in a part', () => {
  expectFaults(ruled('requesters: [fixed], approvers: ▸[leads, { from: lee }]'), ['not both'])
  expectFaults(ruled('requesters: [fixed], approvers: ▸[{ from: lee }, leads]'), ['not both'])
  expectFaults(ruled('requesters: [fixed], approvers: [{ from: leads, at_least: ▸0 }]'), ['at_least: must be'])
  expectFaults(ruled('requesters: [fixed], approvers: [{ from: leads, ▸atleast: 1 }]'), ['did you mean “at_least”'])
})
