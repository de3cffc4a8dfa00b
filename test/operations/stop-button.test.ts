import { describe, expect, it } from 'vitest'
import { accept, refuse } from '../../src/core/result.ts'
import { pause, resume } from '../../src/operations/pause.ts'
import { revokePerson } from '../../src/operations/revoke.ts'
import { grantsMeant, revokeByOperator } from '../../src/operations/revoke-by-operator.ts'
import { makeEntitlement, makeGroup, makePerson, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const usual = makePolicy()
const SECURITY = makeGroup('secteam', ['U0SAM', 'U0SUE', 'U0SID'])
const policy = { ...usual, people: { ...usual.people, security: [SECURITY] } }

const pauses = ({ answerTo, deps }: World, by = 'U0SAM', reason = 'somebody is in our Slack') =>
  answerTo((inbox) => pause(deps, { by, inbox, reason }))
const resumes = ({ answerTo, deps }: World, by: string, reason = 'it was a drill') =>
  answerTo((inbox) => resume(deps, { by, inbox, reason }))
const sweeps = ({ answerTo, deps }: World, whom: string, by = 'U0SAM') =>
  answerTo((inbox) => revokePerson(deps, { by, inbox, whom, reason: 'laptop stolen' }))

describe('pause', () => {
  it('is for the security people only, and needs a reason', async () => {
    const night = await world({ policy })
    expect(await pauses(night, 'U0LEE')).toContain('Only the security people can do that')
    expect(await pauses(night, 'U0SAM', '  ')).toContain('Say why')
    expect(await night.store.pause()).toBeUndefined()
    expect(await night.events()).toEqual(['revoke.refused', 'revoke.refused'])
  })

  it('is told with who and why, and what was typed stands beside the event', async () => {
    const night = await world({ policy })
    expect(await pauses(night)).toContain('Paused: no access is given until two')
    const [event] = await night.store.events({ limit: 9 })
    expect(event).toMatchObject({ name: 'bot.paused', actor: 'U0SAM', text: 'somebody is in our Slack', detail: {} })
  })

  it('refuses every approval, with who paused and why, and leaves the request waiting', async () => {
    const night = await world({ policy })
    await night.asks('U0ANN')
    const id = await night.newest()
    await pauses(night)
    expect(await night.approves('U0LEE', id)).toMatch(
      /^No access is given just now: paused by sam at 2026-11-22T03:00:00\.000Z, “somebody is in our Slack”\./,
    )
    expect(await night.store.request(id)).toMatchObject({ state: 'pending', approvals: [] })
    expect(await night.grantOf(id)).toBeUndefined()
  })

  it('lets people ask, and tells them that it has to wait; without approval they are refused', async () => {
    const rule = makeRule({ name: 'auto', approval: 'none', approvers: [], quorum: 0 })
    const auto = makeEntitlement({ id: 'orders-auto', rules: [rule] })
    const entitlements = new Map([...policy.entitlements, ['orders-auto', auto] as const])
    const rules = new Map([...policy.rules, ['auto', rule] as const])
    const night = await world({ policy: { ...policy, entitlements, rules } })
    await pauses(night)
    expect(await night.asks('U0ANN')).toMatch(/^R-\w+: asked for .*But it has to wait: No access is given just now/)
    expect(await night.asks('U0BEN', 'INC-42 replica lag', undefined, 'orders-auto')).toMatch(/^No access is given/)
    expect(await night.store.grants({ limit: 9 })).toEqual([])
  })

  it('refuses more time; what is held goes on, can be given back, and ends on time', async () => {
    const night = await world({ policy })
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    await pauses(night)
    expect(await night.grantOf(id)).toMatchObject({ state: 'active' })
    await night.extends('U0ANN', id, 20 * 60_000)
    expect(await night.approves('U0LEE', await night.newest())).toContain('No access is given just now')
    await night.passes(16 * 60_000)
    await night.passes(60_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'expired' })
  })

  it('that comes between the decision and its storing stops the grant all the same', async () => {
    const night = await world({ policy })
    await night.asks('U0ANN')
    const id = await night.newest()
    const { liveGrant } = night.store
    const store = Object.assign(Object.create(night.store), {
      liveGrant: async (...asked: Parameters<typeof liveGrant>) => {
        if (!(await night.store.pause())) await pauses(night)
        return night.store.liveGrant(...asked)
      },
    })
    Object.assign(night.deps, { store })
    expect(await night.approves('U0LEE', id)).toContain('No access is given just now')
    expect(await night.store.grants({ limit: 9 })).toEqual([])
  })

  it('twice says who was first', async () => {
    const night = await world({ policy })
    await pauses(night)
    expect(await pauses(night, 'U0SUE', 'me too')).toContain('Nothing was changed: it is paused by sam')
    expect(await night.events()).toEqual(['bot.paused', 'revoke.refused'])
  })

  it('works on the last known answer while Slack is down; resuming does not', async () => {
    const night = await world({ policy })
    const lookUp = night.people.lookUp.bind(night.people)
    const down = refuse('look-up-failed', 'Slack could not tell.')
    night.deps.people.lookUp = async (id, freshness) => (freshness === 'last-known' ? lookUp(id) : down)
    expect(await pauses(night)).toContain('Paused')
    expect(await resumes(night, 'U0SUE')).toBe('Slack could not tell.')
  })
})

describe('resume', () => {
  it('needs two different security people; the one who paused may be one of them', async () => {
    const night = await world({ policy })
    await pauses(night)
    expect(await resumes(night, 'U0SAM')).toBe(
      '1 of 2: another of the security people must agree. Until then no access is given.',
    )
    expect(await night.store.pause()).toBeDefined()
    expect(await resumes(night, 'U0SAM', 'and again')).toContain('You agreed to resume already')
    expect(await night.store.pause()).toBeDefined()
    expect(await resumes(night, 'U0SUE', 'agreed')).toBe('Resumed: access can be given again.')
    expect(await night.store.pause()).toBeUndefined()
    const events = (await night.store.events({ limit: 9 })).filter(({ name }) => name.startsWith('bot.'))
    expect(events).toMatchObject([
      { name: 'bot.paused', actor: 'U0SAM' },
      { name: 'bot.paused', actor: 'U0SAM', detail: { resume: '1 of 2 agree to resume' }, text: 'it was a drill' },
      { name: 'bot.resumed', actor: 'U0SUE', detail: { agreed: ['U0SAM', 'U0SUE'] }, text: 'agreed' },
    ])
  })

  it('does not take one human with two accounts for two people', async () => {
    const night = await world({ policy })
    night.people.persons.set('U0SID', accept(makePerson('sid', { subject: 'sam@example.com' })))
    await pauses(night)
    await resumes(night, 'U0SAM')
    expect(await resumes(night, 'U0SID')).toContain('You agreed to resume already')
    expect(await night.store.pause()).toBeDefined()
  })

  it('is for the security people only, says so when nothing is paused, and gives access back', async () => {
    const night = await world({ policy })
    expect(await resumes(night, 'U0SUE')).toBe('Nothing is paused: access can be given.')
    await night.asks('U0ANN')
    const id = await night.newest()
    await pauses(night)
    expect(await resumes(night, 'U0LEE')).toContain('Only the security people')
    await resumes(night, 'U0SAM')
    await resumes(night, 'U0SUE')
    expect(await night.approves('U0LEE', id)).toContain('Approved')
  })

  it('of two at the same moment counts both', async () => {
    const night = await world({ policy })
    await pauses(night)
    const answers = await Promise.all([resumes(night, 'U0SAM'), resumes(night, 'U0SUE')])
    expect(answers.toSorted()).toEqual([expect.stringContaining('1 of 2'), expect.stringContaining('Resumed')])
  })

  it('the database itself keeps a pause that fewer than two agreed to end', async () => {
    const night = await world({ policy })
    await pauses(night)
    const lasting = await night.store.pause()
    if (!lasting) throw new Error('not paused')
    const voices = [{ subject: 'sam@example.com', by: 'U0SAM', at: night.time.now }]
    const forced = night.store.commit({ pauses: [{ ...lasting, voices, endedAt: night.time.now }] })
    await expect(forced).rejects.toThrow('two different people must agree')
    expect(await night.store.pause()).toBeDefined()
  })
})

describe('a sweep', () => {
  async function three(night: World) {
    for (const by of ['U0ANN', 'U0BEN', 'U0LEE']) {
      await night.asks(by)
      await night.approves('U0KIM', await night.newest())
    }
    await night.settles()
    return night.store.grants({ states: ['active'], limit: 9 })
  }

  it('of all takes every grant, and leaves requests as they are', async () => {
    const night = await world({ policy })
    await three(night)
    await night.asks('U0ANN', 'INC-43 and that one waits', undefined, 'orders-read')
    expect(await sweeps(night, 'all')).toBe('Taking 3 grants away now.')
    await night.passes(0)
    expect(await night.store.grants({ states: ['granting', 'active'], limit: 9 })).toEqual([])
  })

  it('of a person takes what his other account has, and what he had under an address of before', async () => {
    const night = await world({ policy })
    await three(night)
    night.people.persons.set('U0DOE', accept(makePerson('doe', { subject: 'ann@example.com' })))
    expect(await sweeps(night, 'U0DOE')).toBe('Taking 1 grant away now.')
    night.people.persons.set('U0BEN', refuse('deactivated', 'That Slack account is deactivated.'))
    expect(await sweeps(night, 'U0BEN')).toBe('Taking 1 grant away now.')
  })

  it('goes on when one grant cannot be changed, and names that one', async () => {
    const night = await world({ policy })
    const [first, second, third] = await three(night)
    const commit = night.store.commit.bind(night.store)
    const store = Object.assign(Object.create(night.store), {
      commit: (change: Parameters<typeof commit>[0]) =>
        change.grants?.some(({ id }) => id === second?.id) ? Promise.reject(new Error('disk on fire')) : commit(change),
    })
    Object.assign(night.deps, { store })
    expect(await sweeps(night, 'all')).toBe(`Taking 2 grants away now. NOT begun, try again: ${second?.id}.`)
    const states = await Promise.all([first, second, third].map((one) => night.store.grant(one?.id ?? 'G-')))
    expect(states.map((grant) => grant?.state === 'active')).toEqual([false, true, false])
  })

  it('at the command line goes on, too, and fails after all that can be taken away is', async () => {
    const night = await world({ policy })
    const [first, second, third] = await three(night)
    const commit = night.store.commit.bind(night.store)
    const store = Object.assign(Object.create(night.store), {
      commit: (change: Parameters<typeof commit>[0]) =>
        change.grants?.some(({ id }) => id === first?.id) ? Promise.reject(new Error('disk on fire')) : commit(change),
    })
    const meant = await grantsMeant(night.deps, 'all')
    const swept = revokeByOperator({ ...night.deps, store }, meant, { by: 'cli:sam', note: 'a drill' })
    await expect(swept).rejects.toThrow('disk on fire')
    const states = await Promise.all([first, second, third].map((one) => night.store.grant(one?.id ?? 'G-')))
    expect(states.map((grant) => grant?.state === 'active')).toEqual([true, false, false])
  })

  it('is for the security people only', async () => {
    const night = await world({ policy })
    await three(night)
    expect(await sweeps(night, 'all', 'U0LEE')).toContain('Only the security people')
    expect(await night.store.grants({ states: ['active'], limit: 9 })).toHaveLength(3)
  })
})
