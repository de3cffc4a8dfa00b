import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import type { Policy, Rule } from '../../src/core/policy.ts'
import { accept } from '../../src/core/result.ts'
import { approve } from '../../src/operations/approve.ts'
import type { Label } from '../../src/operations/labels.ts'
import { noteUnreached } from '../../src/operations/unreached.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule, makeUsergroup } from '../support/make.ts'
import { makeWorld, useWorlds, type World } from '../support/world.ts'

const DIRECTORS = makeGroup('directors', ['U0DEE'])
const LAST = makeGroup('last', ['U0SUE'])
const STEPS = [
  { afterMs: 5 * MINUTE, to: [DIRECTORS], channels: [], decide: true },
  { afterMs: 10 * MINUTE, to: [LAST], channels: ['C0WARROOM'], decide: false },
]

function policyOf(rule: Partial<Rule>, change: Partial<Policy> = {}): Policy {
  const asked = makeRule({ escalate: STEPS, ...rule })
  return makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [asked] })]]), ...change })
}

const begins = useWorlds()

/** A world in which Ann has asked, and the cards stand. */
async function nightOf(rule: Partial<Rule> = {}, change: Partial<Policy> = {}) {
  const world = await begins({ policy: policyOf(rule, change), posts: true })
  await world.asks('U0ANN')
  await world.settles()
  return { world, id: await world.newest() }
}

const cardsOf = async (world: World, audience = 'approvers') =>
  (await world.store.copiesOf(await world.newest())).filter((copy) => copy.audience === audience)
const asked = async (world: World) => (await cardsOf(world)).map(({ destination }) => destination)
const reminders = ({ delivered }: World) => delivered.filter(({ kind }) => kind === 'remind')
const said = ({ delivered }: World) =>
  delivered.flatMap((effect: Effect) => (effect.kind === 'say' ? [effect.sentence] : []))
const details = async (world: World, name: string) =>
  (await world.store.events({ limit: 1_000 })).filter((event) => event.name === name).map(({ detail }) => detail)

describe('reminders', () => {
  it('come back off: after 2 minutes, after 4 more, after 8 more, until it lapses', async () => {
    const { world } = await nightOf({ remindMs: 2 * MINUTE, escalate: [] })
    const after: number[] = []
    for (let minute = 1; minute <= 20; minute += 1) {
      await world.passes(MINUTE)
      if (reminders(world).length > after.length) after.push(minute)
    }
    expect(after).toEqual([2, 6, 14])
    expect(await details(world, 'request.reminded')).toHaveLength(3)
    expect(await world.events()).toContain('request.lapsed')
  })

  it('end with the decision', async () => {
    const { world, id } = await nightOf({ remindMs: 2 * MINUTE, quorum: 1 })
    expect(await world.approves('U0LEE', id)).toContain('Approved')
    for (let minute = 1; minute <= 12; minute += 1) await world.passes(MINUTE)
    expect(reminders(world)).toEqual([])
    expect(await asked(world)).toEqual(['C0REQUESTS'])
  })

  it('and steps bother nobody while nothing could be given to him, and catch up afterwards', async () => {
    const { world, id } = await nightOf({ remindMs: 2 * MINUTE })
    const key = 'ann@example.com'
    const frozen = { key, at: world.time.now, by: 'U0SAM', why: 'looks-wrong', request: id } as const
    await world.store.commit({ freezes: [frozen] })
    await world.passes(5 * MINUTE)
    expect(reminders(world)).toEqual([])
    expect(await asked(world)).toEqual(['C0REQUESTS'])
    expect(await world.nudges('U0ANN', id)).toContain('security has to look at something first')
    await world.store.commit({ thaws: [{ key, at: world.time.now, by: 'U0SAM', count: 1, newestAt: world.time.now }] })
    await world.passes(MINUTE)
    expect(reminders(world)).toHaveLength(1)
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE'])
  })

  it('ask for nothing where the rule says nothing: no effect waits', async () => {
    const { world } = await nightOf({ escalate: [] })
    expect(await world.store.dueLanes(world.time.now + 60 * MINUTE)).toEqual([])
  })
})

describe('steps', () => {
  it('are told in their time, each once, and those who decide may approve from then on', async () => {
    const { world, id } = await nightOf({ quorum: 2 })
    expect(await world.approves('U0DEE', id)).toContain('not one of the approvers')
    await world.passes(5 * MINUTE)
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE'])
    expect(await world.approves('U0DEE', id)).toContain('1 of 2')
    await world.passes(5 * MINUTE)
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE', 'U0SUE', 'C0WARROOM'])
    expect(await world.approves('U0SUE', id)).toContain('not one of the approvers') // only told
    await world.passes(4 * MINUTE)
    expect(await asked(world)).toHaveLength(4)
    expect(await details(world, 'request.escalated')).toEqual([
      { step: '5m', to: 'directors', reason: 'nobody decided' },
      { step: '10m', to: 'last, C0WARROOM', reason: 'nobody decided' },
    ])
  })

  it('draw the cards that stand anew, so that they say who may approve now', async () => {
    const { world } = await nightOf()
    world.delivered.length = 0
    await world.passes(5 * MINUTE)
    const redrawn = world.delivered.filter((effect) => effect.kind === 'draw' && effect.redraw !== undefined)
    expect(redrawn).toHaveLength(2)
  })

  it('ask nobody of them beforehand, also where each approver has a card of his own', async () => {
    const { world } = await nightOf({}, { requestsChannel: undefined })
    expect(await asked(world)).toEqual(['U0LEE', 'U0KIM'])
    await world.passes(5 * MINUTE)
    expect(await asked(world)).toEqual(['U0LEE', 'U0KIM', 'U0DEE'])
  })

  it('come at once where the first approvers are nobody but the requester', async () => {
    const world = await begins({
      policy: policyOf({ approvers: [makeGroup('self', ['U0ANN'])] }, { requestsChannel: undefined }),
      posts: true,
    })
    await world.asks('U0ANN')
    await world.settles()
    expect(await asked(world)).toEqual(['U0DEE'])
    expect(await details(world, 'request.escalated')).toMatchObject([{ reason: 'nobody to ask before' }])
  })

  it('wait for a group that cannot be looked up, hold up no other, and tell it when it is known', async () => {
    const missing = makeUsergroup('missing', 'S0MISSING')
    const steps = [
      { afterMs: 5 * MINUTE, to: [missing, DIRECTORS], channels: [], decide: false },
      { afterMs: 6 * MINUTE, to: [LAST], channels: [], decide: false },
    ]
    const { world } = await nightOf({ escalate: steps })
    await world.passes(5 * MINUTE)
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE'])
    await world.passes(MINUTE)
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE', 'U0SUE']) // the clock did not stop
    world.people.usergroups.set('S0MISSING', accept(['U0BEN']))
    await world.passes(MINUTE)
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE', 'U0SUE', 'U0BEN'])
    await world.passes(MINUTE)
    expect(await asked(world)).toHaveLength(4)
  })
})

describe('a notice that cannot be delivered', () => {
  it('moves on to the next step at once, which may approve from then on; the log says why', async () => {
    const world = await begins({ policy: policyOf({}), posts: true })
    world.refuses.set('C0REQUESTS', 'is_archived')
    await world.asks('U0ANN')
    await world.settles()
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE'])
    expect(await details(world, 'request.escalated')).toEqual([
      { step: '5m', to: 'directors', reason: 'unreachable', who: 'C0REQUESTS', code: 'is_archived' },
    ])
    expect((await cardsOf(world)).map(({ failed }) => failed)).toEqual(['is_archived', null])
    const pressed = { ...(await world.press('U0DEE', await world.newest())) }
    const dee = (await cardsOf(world))[1]
    const answer = await world.answerTo(async (inbox) => {
      await approve(world.deps, {
        ...pressed,
        copy: dee?.id ?? '',
        channel: dee?.channel ?? '',
        ts: dee?.ts ?? '',
        inbox,
      })
    })
    expect(answer).toContain('Approved')
  })

  it('passes from step to step until somebody is reached; the last one is told to the requester, once', async () => {
    const world = await begins({ policy: policyOf({}, { requestsChannel: undefined }), posts: true })
    for (const who of ['U0LEE', 'U0KIM', 'U0DEE', 'U0SUE', 'C0WARROOM']) world.refuses.set(who, 'user_disabled')
    await world.asks('U0ANN')
    await world.settles()
    expect(await asked(world)).toEqual(['U0LEE', 'U0KIM', 'U0DEE', 'U0SUE', 'C0WARROOM'])
    expect(said(world)).toHaveLength(1)
    expect(said(world)[0]).toContain('by its rule nobody else is asked next')
    expect(await world.nudges('U0ANN', await world.newest())).toContain('Nobody who was asked')
  })

  it('is told to the requester where the rule names nobody who comes next, with what he can do', async () => {
    const world = await begins({ policy: policyOf({ escalate: [] }, { requestsChannel: undefined }), posts: true })
    world.refuses.set('U0KIM', 'user_disabled')
    await world.asks('U0ANN')
    await world.settles()
    const id = await world.newest()
    expect(said(world)).toEqual([expect.stringContaining(`/breakglass nudge ${id}`)])
    expect(await details(world, 'request.escalated')).toEqual([])
  })

  it('of an earlier step moves nothing: its time is over', async () => {
    const world = await begins({ policy: policyOf({}) })
    await world.asks('U0ANN')
    await world.passes(5 * MINUTE)
    const [first] = await cardsOf(world)
    await noteUnreached(world.deps, first?.id ?? '', 'is_archived')
    await world.settles()
    expect(await asked(world)).toEqual(['C0REQUESTS', 'U0DEE'])
    expect(said(world)).toEqual([])
    expect((await cardsOf(world))[0]?.failed).toBe('is_archived')
  })
})

describe('a nudge', () => {
  it('reminds in the thread of each card, and the log says whose wish it was', async () => {
    const { world, id } = await nightOf({}, { requestsChannel: undefined })
    expect(await world.nudges('U0ANN', id)).toBe(`Reminded of ${id}: leads.`)
    await world.settles()
    const to = reminders(world).map((effect) => (effect.kind === 'remind' ? effect.destination : ''))
    expect(to.toSorted()).toEqual(['U0KIM', 'U0LEE'])
    const [event] = (await world.store.events({ limit: 99 })).filter(({ name }) => name === 'request.reminded')
    expect(event).toMatchObject({ actor: 'U0ANN', request: id })
  })

  it('is for the requester only, at most every two minutes, three times, while the request waits', async () => {
    const { world, id } = await nightOf()
    expect(await world.nudges('U0BEN', id)).toContain('not a request of yours')
    expect(await world.nudges('U0LEE', id)).toContain('not a request of yours')
    expect(await world.nudges('U0ANN', id)).toContain('Reminded')
    expect(await world.nudges('U0ANN', id)).toContain('from 2026-11-22T03:02:00.000Z on')
    for (const times of [2, 3]) {
      await world.passes(2 * MINUTE)
      expect(await world.nudges('U0ANN', id), `${times}`).toContain('Reminded')
    }
    await world.passes(2 * MINUTE)
    expect(await world.nudges('U0ANN', id)).toContain('3 times')
    expect((await details(world, 'request.reminded')).map(({ number }) => number)).toEqual([1, 2, 3])
    await world.withdraws('U0ANN', id)
    expect(await world.nudges('U0ANN', id)).toContain('cancelled')
  })

  it('and a reminder that comes at the same time are two, each with its own number', async () => {
    const { world, id } = await nightOf({ remindMs: 3 * MINUTE, escalate: [] })
    await world.nudges('U0ANN', id)
    await world.passes(3 * MINUTE)
    expect(reminders(world)).toMatchObject([{ number: 1 }, { number: 2 }])
  })
})

describe('after a restart, and killed between any two writes', () => {
  const LABELS: readonly Label[] = ['change.deciding', 'change.committed']

  it.each(LABELS)('at %s: every step is told, none twice', async (label) => {
    const first = await begins({ policy: policyOf({ remindMs: 2 * MINUTE }), posts: true })
    await first.asks('U0ANN')
    await first.settles()
    first.dieAt(label)
    first.time.now += 5 * MINUTE
    await Promise.race([first.passes(0), new Promise((resolve) => setTimeout(resolve, 200))])
    expect(first.isDead()).toBe(true)
    const second = await makeWorld({
      policy: policyOf({ remindMs: 2 * MINUTE }),
      path: first.path,
      posts: true,
      now: first.time.now,
    })
    try {
      await second.passes(0)
      await second.passes(5 * MINUTE)
      expect(await asked(second)).toEqual(['C0REQUESTS', 'U0DEE', 'U0SUE', 'C0WARROOM'])
      expect(await details(second, 'request.escalated')).toHaveLength(2)
      expect(await details(second, 'request.reminded')).toHaveLength(2)
    } finally {
      await second.close()
    }
  })
})

describe('what was denied', () => {
  it('is not asked again at once in the same words, for that entitlement and purpose; then it is, and with other words one deny sooner', async () => {
    const { world, id } = await nightOf()
    expect(await world.denies('U0LEE', id)).toContain('Denied')
    expect(await world.asks('U0ANN')).toContain('from 2026-11-22T03:02:00.000Z on')
    expect(await world.asks('U0ANN', 'deployment of the new index')).toContain('asked for')
    expect(await world.asks('U0BEN', 'INC-42 I need it, too')).toContain('asked for')
    await world.passes(2 * MINUTE)
    expect(await world.asks('U0ANN')).toContain('asked for')
    expect(await world.denies('U0LEE', await world.newest())).toContain('Denied')
    expect(await world.asks('U0ANN', 'INC-42 please')).toContain('denied 2 times')
    await world.passes(2 * MINUTE)
    expect(await world.asks('U0ANN')).toContain('denied 2 times')
    expect(await world.asks('U0ANN', 'INC-42 please')).toContain('asked for')
  })
})
