import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/core/change.ts'
import type { Policy } from '../../src/core/policy.ts'
import { refuse } from '../../src/core/result.ts'
import type { Store } from '../../src/core/store.ts'
import { wouldBreakGlass } from '../../src/operations/emergency.ts'
import { glassFor } from '../../src/operations/glass.ts'
import { annBreaks, makeGlassPolicy, says } from '../support/glass.ts'
import {
  MINUTE,
  makeEntitlement,
  makeGroup,
  makePerson,
  makeRule,
  makeSchedule,
  makeUsergroup,
  NIGHT,
} from '../support/make.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

describe('the glass stays whole', () => {
  const refusedWith = async (policy: Policy, change: Parameters<typeof annBreaks>[1] = {}) => {
    const night = await world({ policy })
    const answer = await annBreaks(night, change)
    expect(await night.events()).toEqual(['request.refused'])
    expect(night.target.held.size).toBe(0)
    return answer
  }

  it.each([
    ['the name is not typed in full', { confirm: 'orders' }, 'Type the name in full'],
    ['the name of another is typed', { confirm: 'orders-write' }, 'Type the name in full'],
    ['nothing is typed', { confirm: '' }, 'Type the name in full'],
    ['the reason is too short', { words: 'db down' }, 'at least 20 characters'],
    ['the time is longer than the rule allows', { ttlMs: 16 * MINUTE }, 'from 1m to 15m'],
    ['the purpose is none of the rules’', { purpose: 'curiosity' }, 'Say what for: incident'],
    ['there is no such entitlement', { entitlement: 'orders-nothing' }, 'There is no “orders-nothing”'],
  ])('when %s', async (_, change, sentence) => {
    expect(await refusedWith(makeGlassPolicy(), change)).toContain(sentence)
  })

  it('typed in capitals and with spaces around, the name counts', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    expect(await annBreaks(night, { confirm: '  Orders-READ ' })).toContain('the glass is broken')
  })

  it('for somebody who is not among those who may', async () => {
    const answer = await refusedWith(makeGlassPolicy({ requesters: [makeGroup('oncall', ['U0BEN'])] }))
    expect(answer).toBe('Only oncall may break the glass for orders-read. Ask as usual: /breakglass orders-read REASON')
  })

  it('for somebody who was among them when the form opened, and is not when it is sent', async () => {
    const night = await world({ policy: makeGlassPolicy({ requesters: [makeUsergroup('oncall', 'S0ONCALL')] }) })
    night.people.usergroups.set('S0ONCALL', { ok: true, value: ['U0ANN'] })
    expect(await glassFor(night.deps, 'U0ANN')).toMatchObject({
      ok: true,
      value: { found: [{ entitlement: 'orders-read' }], unknown: [] },
    })
    night.people.usergroups.set('S0ONCALL', { ok: true, value: ['U0BEN'] })
    expect(await annBreaks(night)).toContain('Only oncall may break the glass')
    night.people.usergroups.delete('S0ONCALL')
    expect(await annBreaks(night)).toContain('Slack is down')
    expect(await night.newest()).toBe('R-000000')
  })

  it.each(['lookUp', 'members'] as const)(
    'when Slack says no to %s now, whatever was cached when the form opened',
    async (what) => {
      const night = await world({ policy: makeGlassPolicy({ requesters: [makeUsergroup('oncall', 'S0ONCALL')] }) })
      night.people.usergroups.set('S0ONCALL', { ok: true, value: ['U0ANN'] })
      const cached = {
        lookUp: night.people.lookUp.bind(night.people),
        members: night.people.members.bind(night.people),
      }
      const no = async () => refuse('look-up-failed', 'Slack says no now.')
      const people = {
        ...cached,
        reaches: async () => true,
        [what]: (one: never, freshness: string) => (freshness === 'now' ? no() : cached[what](one)),
      }
      const deps = { ...night.deps, people }
      expect(await glassFor(deps, 'U0ANN')).toMatchObject({ ok: true, value: { found: [{}] } })
      expect(await annBreaks({ ...night, deps })).toBe('Slack says no now.')
      expect(await night.newest()).toBe('R-000000')
    },
  )

  it('for somebody who is deactivated since', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    night.people.persons.set('U0ANN', refuse('deactivated', 'That Slack account is deactivated.'))
    expect(await annBreaks(night)).toContain('deactivated')
    expect(night.target.held.size).toBe(0)
  })

  it('for somebody whose e-mail address is not the one of before', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await night.store.commit({ pins: [{ id: 'U0ANN', subject: 'ann@example.com', at: NIGHT }] })
    night.people.persons.set('U0ANN', { ok: true, value: makePerson('ann', { subject: 'kim@example.com' }) })
    expect(await annBreaks(night)).toContain('another one than I know you by')
    expect(await night.events()).toContain('person.frozen')
    expect(await night.newest()).toBe('R-000000')
  })

  it('where the entitlement has no break-glass rule', async () => {
    const night = await world({ policy: makeGlassPolicy({}, { breakGlass: undefined }) })
    expect(await annBreaks(night)).toContain('The glass cannot be broken for orders-read')
  })

  it('for somebody who is frozen, and while everything is paused', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    const frozen = { key: 'U0ANN', at: NIGHT, by: 'U0LEE', why: 'looks-wrong', request: null } as const
    await night.store.commit({ freezes: [frozen] })
    expect(await annBreaks(night)).toContain('security has to look at something first')
    await night.store.commit({ thaws: [{ key: 'U0ANN', at: NIGHT, by: 'U0SAM', count: 1, newestAt: NIGHT }] })
    const pause = {
      id: 'p1',
      version: 0,
      at: NIGHT,
      by: 'U0SAM',
      byName: 'Sam',
      reason: 'x',
      voices: [],
      endedAt: null,
    }
    await night.store.commit({ pauses: [pause] })
    expect(await annBreaks(night)).toContain('paused')
    expect(night.target.held.size).toBe(0)
  })

  it.each([
    [
      'somebody is frozen',
      { freezes: [{ key: 'ann@example.com', at: NIGHT, by: 'U0LEE', why: 'looks-wrong', request: null }] },
      'security has to look at something first',
    ],
    [
      'everything is paused',
      {
        pauses: [
          { id: 'p', version: 0, at: NIGHT, by: 'U0SAM', byName: 'Sam', reason: 'x', voices: [], endedAt: null },
        ],
      },
      'paused',
    ],
  ] as const)('when %s between the decision and the write', async (_, change, sentence) => {
    const night = await world({ policy: makeGlassPolicy() })
    let late: Change | undefined = change
    const store = new Proxy(night.store, {
      get: (of, name: keyof Store) => {
        if (name !== 'commit') return (of[name] as () => unknown).bind(of)
        return async (decided: Change) => {
          const first = late
          late = undefined
          if (first) await of.commit(first)
          await of.commit(decided)
        }
      },
    })
    expect(await annBreaks({ ...night, deps: { ...night.deps, store } })).toContain(sentence)
    expect(await night.newest()).toBe('R-000000')
  })

  it('while the gate is shut', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    const gate = { mayGrant: () => refuse('clock-jumped', 'My clock is wrong.') }
    expect(await annBreaks({ ...night, deps: { ...night.deps, gate } })).toBe('My clock is wrong.')
  })

  it('for what he holds already: he is offered more time', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    await night.settles()
    expect(await annBreaks(night)).toMatch(/You have this already.*press “Extend”/)
  })

  it('for what he holds already, where no ordinary rule is open to him: he is told how to begin again, and can', async () => {
    const rules = [makeRule({ requesters: [makeGroup('dbas', ['U0KIM'])] })]
    const night = await world({ policy: makeGlassPolicy({}, { rules }) })
    await annBreaks(night)
    await night.settles()
    const id = await night.newest()
    const answer = await annBreaks(night)
    expect(answer).not.toContain('Extend')
    expect(answer).toContain(
      `Then you can break the glass again. To do it now, end what you have first: /breakglass end G`,
    )
    await night.withdraws('U0ANN', id)
    await night.settles()
    await night.passes(1)
    expect(await annBreaks(night)).toContain('the glass is broken')
  })

  it('for what his other account holds: it is not offered there, where it could not be extended', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    night.people.persons.set('U0BEN', { ok: true, value: makePerson('ben', { subject: 'ann@example.com' }) })
    await annBreaks(night)
    await night.settles()
    const answer = await annBreaks(night, { by: 'U0BEN' })
    expect(answer).not.toContain('Extend')
    expect(answer).toContain('from your other Slack account')
  })

  it('while a schedule is silent that could say whether he is on call', async () => {
    const night = await world({ policy: makeGlassPolicy({ requesters: [makeSchedule('oncall', 'PX1')] }) })
    const answer = await annBreaks(night)
    expect(answer).toContain('The on-call schedule of “oncall” does not answer just now')
    expect(answer).toContain('so I cannot tell whether you are on call')
  })

  it('twice at the same moment: one of the two gets it', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    const answers = await Promise.all([annBreaks(night), annBreaks(night)])
    expect(answers.filter((one) => one.includes('the glass is broken'))).toHaveLength(1)
    expect(await night.store.requests({ limit: 9 })).toHaveLength(1)
  })

  it('while the target knows no account for him', async () => {
    const target = { ...makeEntitlement().target, account: { kind: 'map' as const, map: {} } }
    const night = await world({ policy: makeGlassPolicy({}, { target }) })
    expect(await annBreaks(night)).toContain('knows no account for you')
  })

  it('is offered for the rest when a group of one entitlement cannot be read, which is named', async () => {
    const orders = makeGlassPolicy().entitlements.get('orders-read')?.breakGlass
    const silent = orders && { ...orders, name: 'other', requesters: [makeUsergroup('dbas', 'S0DBAS')] }
    const other = makeEntitlement({ id: 'orders-write', breakGlass: silent })
    const night = await world({ policy: makeGlassPolicy({}, {}, [other]) })
    expect(await glassFor(night.deps, 'U0ANN')).toMatchObject({
      ok: true,
      value: { found: [{ entitlement: 'orders-read' }], unknown: ['orders-write'] },
    })
    expect(await glassFor(night.deps, 'U0KIM')).toMatchObject({ ok: false, refusal: { code: 'look-up-failed' } })
  })

  it('is refused in the form, while a review is overdue, in the words of what is wanted', async () => {
    const glass = makeGlassPolicy().entitlements.get('orders-read')?.breakGlass
    const other = makeEntitlement({ id: 'orders-write', access: { role: 'w' }, breakGlass: glass })
    const night = await world({ policy: makeGlassPolicy({}, {}, [other]) })
    await annBreaks(night)
    await night.passes(25 * 60 * MINUTE)
    const found = await glassFor(night.deps, 'U0ANN', 'orders-write')
    const sentence = found.ok ? '' : found.refusal.sentence
    expect(sentence).toContain('Ask reviewers or secteam to file it')
    expect(sentence).toContain('/breakglass orders-write REASON')
  })

  it('is said in the form before anything is stored', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    const may = await wouldBreakGlass(night.deps, 'U0ANN', { ...says(), confirm: 'orders' })
    expect(may).toMatchObject({ ok: false, refusal: { code: 'not-confirmed' } })
    expect(await wouldBreakGlass(night.deps, 'U0ANN', says())).toEqual({ ok: true, value: true })
    expect(await night.newest()).toBe('R-000000')
  })
})
