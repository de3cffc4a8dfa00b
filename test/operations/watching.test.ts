import { describe, expect, it } from 'vitest'
import type { Policy } from '../../src/core/policy.ts'
import { accept, refuse } from '../../src/core/result.ts'
import { watchedGroups } from '../../src/core/watched-groups.ts'
import { knownPeople } from '../../src/operations/known-people.ts'
import { groupChanged, watchChore } from '../../src/operations/watch-groups.ts'
import {
  MINUTE,
  makeEntitlement,
  makeGroup,
  makePolicy,
  makeRule,
  makeSchedule,
  makeUsergroup,
} from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const ENGINEERS = makeUsergroup('engineers', 'S0ENG')
const ONCALL = makeSchedule('oncall', 'pagerduty PX12345')
const LEADS = makeGroup('leads', ['U0LEE', 'U0KIM'])
const DOWN = refuse('look-up-failed', 'Slack is down.')

function policyWith(change: Parameters<typeof makeRule>[0] = {}): Policy {
  const rule = makeRule({ requesters: [ENGINEERS], approvers: [ONCALL], ...change })
  return makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [rule] })]]) })
}

async function makeTown(policy = policyWith()) {
  const made = await world({ policy })
  made.people.usergroups.set('S0ENG', accept(['U0BEN', 'U0ANN']))
  made.people.usergroups.set('pagerduty PX12345', accept(['U0LEE']))
  return made
}

/** A minute later these people are in a group. */
function turnsTo(made: World, key: string, members: readonly string[]): void {
  made.time.now += MINUTE
  made.people.readAt = made.time.now
  made.people.usergroups.set(key, accept(members))
}

/** One round of the chore. */
async function watchGroups(deps: World['deps']): Promise<void> {
  const chore = watchChore(deps)
  for (const _group of watchedGroups(deps.policy)) await chore.run(deps.clock.now())
}

async function changesTold({ store }: World) {
  const events = await store.events({ limit: 999 })
  return events.filter(({ name }) => name === 'group.changed').map(({ detail }) => detail)
}

const feeds = ({ delivered }: World) => delivered.filter(({ kind }) => kind === 'feed').length

describe('members of groups that rules use', () => {
  it('are remembered at the first look, and told when they change: once, and to the security channel', async () => {
    const made = await makeTown()
    await watchGroups(made.deps)
    await watchGroups(made.deps)
    expect(await changesTold(made)).toEqual([])
    turnsTo(made, 'S0ENG', ['U0ANN', 'U0EVE'])
    turnsTo(made, 'pagerduty PX12345', ['U0KIM'])
    await watchGroups(made.deps)
    await watchGroups(made.deps)
    expect(await changesTold(made)).toEqual([
      { group: 'engineers', added: ['U0EVE'], removed: ['U0BEN'], members: 2 },
      { group: 'oncall', added: ['U0KIM'], removed: ['U0LEE'], members: 1 },
    ])
    await made.settles()
    expect(feeds(made)).toBeGreaterThan(0)
  })

  it('an event of Slack is looked at at once, and only the group that it is about', async () => {
    const made = await makeTown()
    await watchGroups(made.deps)
    turnsTo(made, 'S0ENG', ['U0ANN'])
    turnsTo(made, 'pagerduty PX12345', ['U0KIM'])
    await groupChanged(made.deps, 'S0ENG')
    await groupChanged(made.deps, 'S0OTHER')
    expect((await changesTold(made)).map(({ group }) => group)).toEqual(['engineers'])
  })

  it('two looks at the same time tell one change once', async () => {
    const made = await makeTown()
    await watchGroups(made.deps)
    turnsTo(made, 'S0ENG', ['U0ANN'])
    await Promise.all([watchGroups(made.deps), groupChanged(made.deps, 'S0ENG'), groupChanged(made.deps, 'S0ENG')])
    expect(await changesTold(made)).toHaveLength(1)
  })

  it('a look-up that fails changes nothing, and hides nothing', async () => {
    const made = await makeTown()
    await watchGroups(made.deps)
    made.people.usergroups.set('S0ENG', DOWN)
    await watchGroups(made.deps)
    expect(await changesTold(made)).toEqual([])
    turnsTo(made, 'S0ENG', ['U0ANN'])
    await watchGroups(made.deps)
    expect(await changesTold(made)).toMatchObject([{ removed: ['U0BEN'] }])
  })

  it('a group that Slack has no more is nobody: all who were in it are told as gone', async () => {
    const made = await makeTown()
    await watchGroups(made.deps)
    made.time.now += MINUTE
    made.people.usergroups.set('S0ENG', refuse('no-such-group', 'Slack has no such group.'))
    await watchGroups(made.deps)
    await watchGroups(made.deps)
    expect(await changesTold(made)).toEqual([{ group: 'engineers', removed: ['U0ANN', 'U0BEN'], members: 0 }])
  })

  it('are read one at a time and at most 15 a minute, however many groups there are; each round in its turn', async () => {
    const many = Array.from({ length: 40 }, (_, index) => makeUsergroup(`group-${index}`, `S0G${index}`))
    const made = await makeTown(policyWith({ requesters: many, approvers: [LEADS] }))
    const asked: string[] = []
    const members: World['deps']['people']['members'] = async (group) => {
      asked.push(group.name)
      return accept([])
    }
    const chore = watchChore({ ...made.deps, people: { ...made.deps.people, members } })
    const begun = made.time.now
    const readsUntil = async (to: number) => {
      const before = asked.length
      for (; made.time.now < to; made.time.now += chore.everyMs) {
        const sofar = asked.length
        await chore.run(made.time.now)
        expect(asked.length - sofar).toBeLessThanOrEqual(1)
      }
      return asked.length - before
    }
    expect(await readsUntil(begun + MINUTE)).toBeLessThanOrEqual(15)
    await readsUntil(begun + 5 * MINUTE)
    expect(asked.toSorted()).toEqual(many.map(({ name }) => name).toSorted())
    await readsUntil(begun + 10 * MINUTE)
    expect(asked).toHaveLength(80)
  })

  it('an answer from before the last look is not taken for a change', async () => {
    const made = await makeTown()
    turnsTo(made, 'pagerduty PX12345', ['U0KIM'])
    await watchGroups(made.deps)
    made.people.readAt -= MINUTE
    made.people.usergroups.set('pagerduty PX12345', accept(['U0LEE']))
    await watchGroups(made.deps)
    expect(await changesTold(made)).toEqual([])
  })

  it('hundreds who come at once are named in part, and counted', async () => {
    const made = await makeTown()
    await watchGroups(made.deps)
    turnsTo(
      made,
      'S0ENG',
      Array.from({ length: 500 }, (_, index) => `U0P${1_000 + index}`),
    )
    await watchGroups(made.deps)
    const [told] = await changesTold(made)
    expect(told).toMatchObject({ 'more added': 480, members: 500, removed: ['U0ANN', 'U0BEN'] })
    expect(told?.added).toHaveLength(20)
  })

  it('those of a list in the config are not watched: it changes with the config', async () => {
    const made = await makeTown(policyWith({ requesters: [LEADS], approvers: [LEADS] }))
    await watchGroups(made.deps)
    expect(await made.store.roster('leads')).toBeUndefined()
  })
})

describe('asking while a schedule is silent', () => {
  it('a group of the same rule that answers is enough', async () => {
    const made = await makeTown(policyWith({ approvers: [ONCALL, LEADS] }))
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    expect(await made.asks('U0ANN')).toContain('must agree')
    expect((await made.store.request(await made.newest()))?.knownAt).toEqual({})
  })

  it('with nobody else to agree, the answer says what is wrong, and nothing is opened', async () => {
    const made = await makeTown()
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    expect(await made.asks('U0ANN')).toBe('Slack is down.')
    expect(await made.store.requests({ limit: 9 })).toEqual([])
  })

  it('whoever may ask by another group still can; whoever may by the schedule only cannot', async () => {
    const made = await makeTown(policyWith({ requesters: [ENGINEERS, ONCALL], approvers: [LEADS] }))
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    expect(await made.asks('U0ANN')).toContain('must agree')
    expect(await made.asks('U0DEE')).toContain('so I cannot tell whether you are on call')
  })

  it('a user group that cannot be read is a no, whatever else answers', async () => {
    const made = await makeTown(policyWith({ requesters: [LEADS], approvers: [LEADS, ENGINEERS] }))
    made.people.usergroups.set('S0ENG', DOWN)
    expect(await made.asks('U0LEE')).toBe('Slack is down.')
  })

  it('without Slack, who is on call is named among what is not known', async () => {
    const people = knownPeople({ id: 'U0ANN', subject: 'ann@example.com' })
    expect(await people.members(ONCALL, 'lately')).toMatchObject({ value: [] })
    expect([...people.missing]).toEqual(['who is in oncall (the schedule pagerduty PX12345)'])
  })

  it('the request keeps when the schedule was read', async () => {
    const made = await makeTown()
    made.people.readAt = made.time.now - MINUTE
    await made.asks('U0ANN')
    const request = await made.store.request(await made.newest())
    expect(request).toMatchObject({
      knownAt: { oncall: made.time.now - MINUTE },
      membersAtOpening: { oncall: ['U0LEE'] },
    })
  })
})
