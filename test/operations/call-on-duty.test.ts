import { describe, expect, it } from 'vitest'
import { accept, refuse } from '../../src/core/result.ts'
import type { Freshness } from '../../src/operations/ports.ts'
import { tellSecurity, whomToCall } from '../../src/operations/tell-security.ts'
import { makeGroup, makePolicy, makeSchedule, makeUsergroup, NIGHT } from '../support/make.ts'

const ONCALL = makeSchedule('secops', 'pagerduty PX12345')
const groups = [ONCALL, makeGroup('secteam', ['U0SAM']), makeUsergroup('guards', 'S0GUARDS')]
const policy = makePolicy({
  groups: new Map(groups.map((group) => [group.name, group])),
  people: { ...makePolicy().people, security: groups },
})

/** Whom an alert to the security people calls, while this is what is known of who is on call. */
async function called(members: readonly string[] | undefined) {
  const asked: Freshness[] = []
  const people = {
    members: async (_group: unknown, freshness: Freshness) => {
      asked.push(freshness)
      return members ? accept(members) : refuse('not-remembered', 'x')
    },
  }
  const [say] = tellSecurity({ policy }, 'Look at this.', 'k', NIGHT).effects ?? []
  if (say?.kind !== 'say') throw new Error('nothing is said')
  return { ids: await whomToCall({ people, policy }, say.calls ?? []), asked }
}

describe('an alert for security people who are on call', () => {
  it('calls whoever is remembered to be on call, without asking the schedule', async () => {
    expect(await called(['U0SUE'])).toEqual({ ids: ['U0SUE', 'U0SAM', 'S0GUARDS'], asked: ['remembered'] })
  })

  it('calls the others where that is not known, or would be a crowd', async () => {
    expect((await called(undefined)).ids).toEqual(['U0SAM', 'S0GUARDS'])
    expect((await called(['U1', 'U2', 'U3', 'U4', 'U5', 'U6'])).ids).toEqual(['U0SAM', 'S0GUARDS'])
  })

  it('calls nobody twice', async () => {
    expect((await called(['U0SAM'])).ids).toEqual(['U0SAM', 'S0GUARDS'])
  })
})
