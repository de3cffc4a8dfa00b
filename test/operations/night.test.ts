import { describe, expect, it } from 'vitest'
import { refuse } from '../../src/core/result.ts'
import { tellRefusals } from '../../src/operations/refusals.ts'
import { MINUTE, makeEntitlement, makeGroup, makePerson, makePolicy, makeRule, makeUsergroup } from '../support/make.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

const withRule = (change: Parameters<typeof makeRule>[0]) =>
  makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [makeRule(change)] })]]) })
describe('one night', () => {
  it('asked, approved, held until the end and not longer, with one event for each transition', async () => {
    const night = await world()
    expect(await night.asks('U0ANN')).toContain('asked for orders-read for 15m')
    const id = await night.newest()
    expect(night.target.held.size).toBe(0)
    expect(await night.approves('U0LEE', id)).toContain('ann@example.com gets orders-read for 15m')
    await night.settles()
    expect(night.target.held).toEqual(new Set(['ann {"role":"orders_read"}']))
    expect(await night.grantOf(id)).toMatchObject({ state: 'active' })
    await night.passes(15 * MINUTE - 1)
    expect(night.target.held.size).toBe(1)
    await night.passes(1)
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'expired', detail: 'confirmed' })
    expect(await night.events()).toEqual([
      'request.opened',
      'request.approval-recorded',
      'request.approved',
      'grant.begun',
      'grant.activated',
      'grant.revoke-begun',
      'grant.revoked',
    ])
  })

  it('denied: never granted, and the requester is told', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    expect(await night.denies('U0LEE', id)).toBe(`Denied ${id}.`)
    expect(await night.approves('U0KIM', id)).toBe('That was denied already.')
    await night.settles()
    expect(night.target.calls).toEqual([])
    expect(night.delivered).toContainEqual(expect.objectContaining({ kind: 'tell', news: 'denied', person: 'U0ANN' }))
  })

  it('lapsed: nobody can approve it any more', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.passes(15 * MINUTE)
    expect(await night.store.request(id)).toMatchObject({ state: 'lapsed', cause: 'too-late' })
    expect(await night.approves('U0LEE', id)).toContain('lapsed')
    expect(night.target.calls).toEqual([])
  })

  it('ended early by the requester alone', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.withdraws('U0BEN', id)).toContain('not a request of yours')
    expect(night.target.held.size).toBe(1)
    expect(await night.withdraws('U0ANN', id)).toContain('Ending')
    await night.settles()
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'ended-early' })
  })

  it('denied after it was approved: taken away', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.denies('U0KIM', id)).toContain('being taken away')
    await night.settles()
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'revoked-by', by: 'U0KIM' })
    expect(night.target.held.size).toBe(0)
  })

  it('without approval where the rule needs nobody, as often as its limit says', async () => {
    const limit = { uses: 2, perMs: 60 * MINUTE }
    const night = await world({ policy: withRule({ approval: 'none', approvers: [], quorum: 0, limit }) })
    for (const _ of [1, 2]) {
      expect(await night.asks('U0ANN')).toContain('without approval')
      await night.settles()
      await night.withdraws('U0ANN', await night.newest())
      await night.settles()
    }
    expect(await night.asks('U0ANN')).toContain('used 2 times in the last 1h')
    await night.passes(60 * MINUTE + 1)
    expect(await night.asks('U0ANN')).toContain('without approval')
  })
})

it('the time of access begins when it is given, not before slow look-ups', async () => {
  const night = await world({ policy: withRule({ approval: 'none', approvers: [], quorum: 0 }) })
  const lookUp = night.people.lookUp.bind(night.people)
  night.people.lookUp = (id) => {
    night.time.now += 3_000
    return lookUp(id)
  }
  await night.asks('U0ANN', 'INC-42 replica lag', MINUTE)
  const grant = await night.grantOf(await night.newest())
  expect(grant?.expiresAt).toBe(night.time.now + MINUTE)
})

it('opening for approval uses what is cached, and asks afresh only where access would be given at once', async () => {
  const oncall = makeRule({
    name: 'auto',
    requesters: [makeGroup('oncall', ['U0BEN'])],
    approval: 'none',
    approvers: [],
    quorum: 0,
  })
  const night = await world({
    policy: makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [oncall, makeRule()] })]]) }),
  })
  const asked: string[] = []
  const lookUp = night.people.lookUp.bind(night.people)
  Object.assign(night.people, {
    lookUp: (id: string, freshness: string) => {
      asked.push(`${id} ${freshness}`)
      return lookUp(id)
    },
  })
  await night.asks('U0ANN')
  expect(asked).toEqual(['U0ANN lately'])
  await night.asks('U0BEN')
  expect(asked.slice(1)).toEqual(['U0BEN lately', 'U0BEN now'])
})

describe('who may decide', () => {
  it('never the requester, and it leaves an event', async () => {
    const night = await world()
    await night.asks('U0LEE')
    const id = await night.newest()
    expect(await night.approves('U0LEE', id)).toContain('somebody else must decide')
    expect(await night.store.request(id)).toMatchObject({ state: 'pending', approvals: [] })
    expect(await night.events()).toEqual(['request.opened', 'approval.refused'])
  })

  it('two different people where the quorum is two', async () => {
    const night = await world({ policy: withRule({ quorum: 2 }) })
    await night.asks('U0ANN')
    const id = await night.newest()
    expect(await night.approves('U0LEE', id)).toBe('Recorded: 1 of 2 approvals under one-lead.')
    expect(await night.approves('U0LEE', id)).toContain('You approved this already')
    expect(await night.grantOf(id)).toBeUndefined()
    expect(await night.approves('U0KIM', id)).toContain('Approved')
  })

  it('nobody while the look-up fails', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    night.people.persons.set('U0LEE', refuse('look-up-failed', 'Slack is down.'))
    expect(await night.approves('U0LEE', id)).toBe('Slack is down.')
    expect(await night.store.request(id)).toMatchObject({ state: 'pending' })
  })

  it('nobody when the requester has changed since he asked', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    night.people.persons.set('U0ANN', { ok: true, value: makePerson('ann', { subject: 'boss@example.com' }) })
    expect(await night.approves('U0LEE', id)).toContain('has changed since he asked')
    night.people.persons.set('U0ANN', refuse('deactivated', 'That Slack account is deactivated.'))
    expect(await night.approves('U0LEE', id)).toContain('deactivated')
    expect(await night.store.request(id)).toMatchObject({ state: 'pending' })
  })

  it('nobody who was added to the user group after the request', async () => {
    const night = await world({ policy: withRule({ approvers: [makeUsergroup('oncall', 'S0ONCALL')] }) })
    night.people.usergroups.set('S0ONCALL', { ok: true, value: ['U0KIM'] })
    await night.asks('U0ANN')
    const id = await night.newest()
    night.people.usergroups.set('S0ONCALL', { ok: true, value: ['U0KIM', 'U0LEE'] })
    expect(await night.approves('U0LEE', id)).toContain('joined the approvers after')
    expect(await night.approves('U0KIM', id)).toContain('Approved')
  })

  it('one of many presses at the same moment, and only once', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await Promise.all([
      night.approves('U0LEE', id),
      night.approves('U0KIM', id),
      night.denies('U0LEE', id),
      night.withdraws('U0ANN', id),
      night.approves('U0LEE', id),
    ])
    const events = await night.events()
    const decisions = events.filter((name) =>
      ['request.approved', 'request.denied', 'request.cancelled'].includes(name),
    )
    expect(decisions).toHaveLength(1)
    await night.settles()
    await night.passes(60 * MINUTE)
    expect(night.target.held.size).toBe(0)
  })
})

describe('limits', () => {
  it('the same is asked for once at a time', async () => {
    const night = await world()
    const answers = await Promise.all([1, 2, 3, 4].map(() => night.asks('U0ANN')))
    expect(answers.filter((answer) => answer.includes('asked for orders-read'))).toHaveLength(1)
    expect(answers.filter((answer) => answer.includes('already'))).toHaveLength(3)
    expect(await night.store.requests({ limit: 10 })).toHaveLength(1)
  })

  it('a storm of refusals leaves one event, and one more that counts the rest', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    for (let pressed = 0; pressed < 20; pressed += 1) await night.approves('U0BEN', id)
    const refusals = async () =>
      (await night.store.events({ limit: 99 })).filter(({ name }) => name === 'approval.refused')
    expect(await refusals()).toMatchObject([{ actor: 'U0BEN', detail: { code: 'not-an-approver', count: 1 } }])
    await tellRefusals(night.deps, night.time.now + MINUTE - 1)
    expect(await refusals()).toHaveLength(1)
    await tellRefusals(night.deps, night.time.now + MINUTE)
    expect((await refusals())[1]).toMatchObject({ actor: 'U0BEN', detail: { code: 'not-an-approver', count: 19 } })
    await tellRefusals(night.deps, night.time.now + 9 * MINUTE)
    expect(await refusals()).toHaveLength(2)
  })
})

it('gives nothing while the gate is closed, and leaves the request to be approved later', async () => {
  const night = await world()
  await night.asks('U0ANN')
  const id = await night.newest()
  const open = night.deps.gate.mayGrant
  night.deps.gate.mayGrant = () => refuse('channels-wrong', 'The security channel is public.')
  expect(await night.approves('U0LEE', id)).toBe('The security channel is public.')
  night.deps.gate.mayGrant = open
  expect(await night.approves('U0LEE', id)).toContain('Approved')
})

it('two accounts of one human are one person', async () => {
  const night = await world({ policy: withRule({ requesters: [makeGroup('all', ['U0ANN', 'U0ANN2'])] }) })
  night.people.persons.set('U0ANN2', { ok: true, value: makePerson('ann2', { subject: 'ann@example.com' }) })
  await night.asks('U0ANN')
  expect(await night.asks('U0ANN2')).toContain('You asked for this already')
})
