import { describe, expect, it } from 'vitest'
import { AdapterError } from '../../src/core/adapter-error.ts'
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
    expect(await sweeps(night, 'all')).toBe(
      'Taking 3 grants away now. New access can still be given: /breakglass pause REASON stops that.',
    )
    await night.passes(0)
    expect(await night.store.grants({ states: ['granting', 'active'], limit: 9 })).toEqual([])
  })

  it('of a person leaves alone what the owner of an address has that the person took', async () => {
    const night = await world({ policy })
    await three(night)
    night.people.persons.set('U0ANN', accept(makePerson('ann', { subject: 'ben@example.com' })))
    expect(await sweeps(night, 'U0ANN')).toBe('Taking 1 grant away now.')
    const left = await night.store.grants({ states: ['active'], limit: 9 })
    expect(left.map(({ requester }) => requester).toSorted()).toEqual(['U0BEN', 'U0LEE'])
  })

  it('that finds only what is being taken away already says so, and names what is stuck', async () => {
    const night = await world({ policy })
    expect(await sweeps(night, 'U0ANN')).toBe('There is no access to take away.')
    const [first] = await three(night)
    night.target.during = (operation) => {
      if (operation === 'revoke') throw new AdapterError('unreachable', 'No route to the target.')
    }
    await sweeps(night, first?.requester ?? '')
    expect(await sweeps(night, first?.requester ?? '')).toBe(
      'Nothing new was begun: 1 grant is being taken away already.',
    )
    for (let tries = 0; tries < 4; tries += 1) await night.passes(5 * 60_000)
    expect(await sweeps(night, first?.requester ?? '')).toContain(`STUCK, the access may still be there: ${first?.id}.`)
  })

  it('of all while paused does not say that new access can be given', async () => {
    const night = await world({ policy })
    await three(night)
    await pauses(night)
    expect(await sweeps(night, 'all')).toBe('Taking 3 grants away now.')
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
    expect(await sweeps(night, 'all')).toContain(`Taking 2 grants away now. NOT begun, try again: ${second?.id}.`)
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
