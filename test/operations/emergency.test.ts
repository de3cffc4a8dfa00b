import { describe, expect, it } from 'vitest'
import type { Label } from '../../src/operations/labels.ts'
import { listRequests } from '../../src/operations/listing.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeEntitlement, makeGroup, makeRule, makeUsergroup, NIGHT } from '../support/make.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()
const HOUR = 60 * MINUTE
const NOBODY_ELSE = { by: makeGlassPolicy().people.security, withinMs: 24 * 60 * MINUTE }
const HELD = new Set(['ann {"role":"orders_read"}'])

describe('breaking the glass', () => {
  it('gives access at once, for the time that was chosen, and takes it away when that is up', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    expect(await annBreaks(night, { ttlMs: 10 * MINUTE })).toContain('the glass is broken. You get orders-read for 10m')
    const id = await night.newest()
    await night.settles()
    expect(night.target.held).toEqual(HELD)
    expect(await night.grantOf(id)).toMatchObject({
      state: 'active',
      expiresAt: NIGHT + 10 * MINUTE,
      rule: 'oncall-only',
    })
    expect(await night.store.request(id)).toMatchObject({
      state: 'approved',
      terms: { glass: true, rule: 'oncall-only', quorum: 0, approvers: [], purpose: 'incident' },
    })
    const [row] = await listRequests(night.deps, { states: [], person: undefined, limit: 1 })
    expect(row).toMatchObject({ id, glass: true, quorum: 0, approvals: [] })
    expect((await night.events()).slice(0, 5)).toEqual([
      'request.opened',
      'glass.broken',
      'request.approved',
      'grant.begun',
      'review.due',
    ])
    await night.passes(10 * MINUTE)
    expect(night.target.held.size).toBe(0)
  })

  it('is told to every approver, the requests channel, the security channel and the named people, never as a secret', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    const copies = await night.store.copiesOf(await night.newest())
    const told = copies.filter(({ audience }) => audience === 'glass').map(({ destination }) => destination)
    expect(told).toEqual(['C0REQUESTS', 'C0SECURITY', 'U0LEE', 'U0KIM', 'U0DEE', 'U0SAM', 'U0SUE'])
    expect(copies.filter(({ audience }) => audience === 'requester').map(({ destination }) => destination)).toEqual([
      'U0ANN',
    ])
  })

  it('tells more than ten approvers by the channel, which all of them see', async () => {
    const many = makeGroup(
      'leads',
      Array.from({ length: 11 }, (_, index) => `U0LEAD${index}`),
    )
    const rules = [makeRule({ approvers: [many], channel: 'C0ORDERS' })]
    const night = await world({ policy: makeGlassPolicy({}, { rules }) })
    await annBreaks(night)
    const told = (await night.store.copiesOf(await night.newest())).map(({ destination }) => destination)
    expect(told).toEqual(['C0ORDERS', 'C0SECURITY', 'U0DEE', 'U0SAM', 'U0SUE', 'U0ANN'])
  })

  it('tells the channel of every ordinary rule, and the few approvers of one beside the many of another', async () => {
    const many = makeGroup(
      'leads',
      Array.from({ length: 11 }, (_, index) => `U0LEAD${index}`),
    )
    const dbas = makeRule({ name: 'dba', approvers: [makeGroup('dbas', ['U0KIM'])], channel: 'C0DBA' })
    const rules = [makeRule({ approvers: [many], channel: 'C0ORDERS' }), dbas, makeRule({ approvers: [many] })]
    const night = await world({ policy: makeGlassPolicy({ review: NOBODY_ELSE }, { rules }) })
    await annBreaks(night)
    const told = (await night.store.copiesOf(await night.newest())).map(({ destination }) => destination)
    expect(told).toEqual(['C0ORDERS', 'C0DBA', 'C0REQUESTS', 'C0SECURITY', 'U0KIM', 'U0DEE', 'U0ANN'])
  })

  it('tells those who review by name, but not those who read the security channel anyhow', async () => {
    const auditors = makeGroup('auditors', ['U0AUD', 'U0ANN'])
    const by = [auditors, ...makeGlassPolicy().people.security]
    const night = await world({ policy: makeGlassPolicy({ notify: [], review: { by, withinMs: 24 * 60 * MINUTE } }) })
    await annBreaks(night)
    const told = (await night.store.copiesOf(await night.newest())).map(({ destination }) => destination)
    expect(told).toEqual(['C0REQUESTS', 'C0SECURITY', 'U0LEE', 'U0KIM', 'U0AUD', 'U0ANN'])
  })

  it('is held up by no group that is slow to look up: it is named as not told', async () => {
    const night = await world({ policy: makeGlassPolicy({ notify: [makeUsergroup('directors', 'S0DIRECTORS')] }) })
    const { members } = night.people
    night.people.members = (group) =>
      group.name === 'directors' ? new Promise(() => {}) : members.call(night.people, group)
    const answer = await annBreaks(night)
    expect(answer).toContain('Not told, because nobody could say who is in it: directors. Call them.')
    const broken = (await night.store.events({ limit: 99 })).find(({ name }) => name === 'glass.broken')
    expect(broken?.detail).toMatchObject({ untold: 'directors' })
  })

  it('is not refused because he asked often in the last hour, in vain', async () => {
    const policy = makeGlassPolicy()
    const night = await world({ policy: { ...policy, people: { ...policy.people, limits: { open: 5, perHour: 1 } } } })
    await night.asks('U0ANN')
    expect(await night.asks('U0ANN', 'INC-43 once more')).toContain('in the last hour')
    expect(await annBreaks(night)).toContain('the glass is broken')
  })

  it('keeps the message that it is about', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    const link = 'https://example.slack.com/archives/C0INC/p1700000000000100'
    await annBreaks(night, { link })
    expect(await night.store.request(await night.newest())).toMatchObject({ link })
  })

  it('goes on when nobody can say who is in a group that is told, and the answer and the log say which', async () => {
    const rules = [makeRule({ approvers: [makeUsergroup('leads', 'S0LEADS')] })]
    const night = await world({ policy: makeGlassPolicy({}, { rules }) })
    const answer = await annBreaks(night)
    expect(answer).toContain('the glass is broken')
    expect(answer).toContain('nobody could say who is in it: leads. Call them.')
    expect(answer).not.toContain('Everybody is being told')
    const broken = (await night.store.events({ limit: 99 })).find(({ name }) => name === 'glass.broken')
    expect(broken?.detail).toMatchObject({ rule: 'oncall-only', untold: 'leads' })
  })

  it('owes a review from that moment on', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    expect(await night.store.review(await night.newest())).toMatchObject({
      state: 'owed',
      subject: 'ann@example.com',
      rule: 'oncall-only',
      dueAt: NIGHT + 24 * 60 * MINUTE,
    })
  })

  it('cancels the requests that he would have waited for, whether or not he says so', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await night.asks('U0ANN')
    await night.asks('U0ANN', 'INC-43 another')
    const waiting = await night.store.requests({ states: ['pending'], limit: 9 })
    await annBreaks(night)
    expect(waiting).toHaveLength(2)
    for (const { id } of waiting)
      expect(await night.store.request(id)).toMatchObject({ state: 'cancelled', why: 'emergency' })
  })

  it.each([
    ['of somebody else', 'U0BEN', 'orders-read'],
    ['for something else', 'U0ANN', 'orders-write'],
  ])('cancels no request %s', async (_, by, what) => {
    const other = makeEntitlement({ id: 'orders-write', title: 'Write', access: { role: 'orders_write' } })
    const night = await world({ policy: makeGlassPolicy({}, {}, [other]) })
    await night.asks(by, 'INC-42 replica lag', undefined, what)
    const waiting = await night.newest()
    expect(await annBreaks(night)).toContain('the glass is broken')
    expect(await night.store.request(waiting)).toMatchObject({ state: 'pending' })
  })
})

describe('too often', () => {
  const policy = makeGlassPolicy({ alarm: { uses: 1, perMs: 7 * 24 * 60 * MINUTE } })

  it('raises an alarm with the use that is one too many, and calls the security people', async () => {
    const posted: string[] = []
    const receivers = {
      names: ['pager'],
      post: async (_: string, { body }: { body: string }) => void posted.push(body),
    }
    const night = await world({ policy, receivers })
    await annBreaks(night)
    await night.passes(15 * MINUTE)
    expect(posted).toEqual([])
    await annBreaks(night)
    await night.settles()
    await night.passes(1)
    expect(posted.map((body) => JSON.parse(body) as object)).toEqual([
      expect.objectContaining({ alarm: 'glass', status: 'firing', rule: 'oncall-only', key: 'glass:oncall-only' }),
    ])
    expect(night.delivered).toContainEqual(
      expect.objectContaining({
        kind: 'say',
        person: 'C0SECURITY',
        calls: ['U0SAM'],
        sentence: expect.stringMatching(
          /^The glass was broken 2 times under oncall-only in the last 7d; its rule bears 1/,
        ),
      }),
    )
  })

  it.each([2, 3])(
    'is not missed when %i break it at the same moment: nobody counts before all is written',
    async (uses) => {
      const oncall = ['U0ANN', 'U0BEN', 'U0CAL'].slice(0, uses)
      const requesters = [makeGroup('oncall', oncall)]
      const alarm = { uses: uses - 1, perMs: 7 * 24 * 60 * MINUTE }
      const night = await world({ policy: makeGlassPolicy({ requesters, alarm }) })
      await Promise.all(oncall.map((by) => annBreaks(night, { by })))
      await night.passes(0)
      const called = night.delivered.filter((effect) => effect.kind === 'say' && effect.key.startsWith('glass:'))
      expect(called).toEqual([expect.objectContaining({ sentence: expect.stringContaining(`broken ${uses} times`) })])
    },
  )

  it('pages once for each use that is one too many, however long the window is, and once when it is over', async () => {
    const posted: string[] = []
    const receivers = {
      names: ['pager'],
      post: async (_: string, { body }: { body: string }) => void posted.push(body),
    }
    const night = await world({ policy, receivers })
    await annBreaks(night)
    await night.passes(HOUR)
    await annBreaks(night)
    for (let hour = 0; hour < 24; hour += 1) await night.passes(HOUR)
    expect(posted).toHaveLength(1)
    await annBreaks(night, { by: 'U0BEN' })
    for (let hour = 0; hour < 24; hour += 1) await night.passes(HOUR)
    expect(posted).toHaveLength(2)
    for (let day = 0; day < 8; day += 1) await night.passes(24 * HOUR)
    expect(posted.map((body) => (JSON.parse(body) as { status: string }).status)).toEqual([
      ...['firing', 'firing', 'cleared'],
    ])
  })

  it('pages again when as many uses come back that had left the window', async () => {
    const posted: string[] = []
    const receivers = {
      names: ['pager'],
      post: async (_: string, { body }: { body: string }) => void posted.push(body),
    }
    const alarm = { uses: 1, perMs: 4 * HOUR }
    const night = await world({ policy: makeGlassPolicy({ alarm }), receivers })
    for (let use = 0; use < 3; use += 1) {
      await annBreaks(night)
      await night.passes(HOUR)
    }
    expect(posted).toHaveLength(2)
    await night.passes(HOUR + MINUTE) // the first is out of the window: two are left
    await annBreaks(night)
    await night.passes(MINUTE)
    expect(posted).toHaveLength(3)
  })

  it('is over when the uses of the window are few enough', async () => {
    const posted: string[] = []
    const receivers = {
      names: ['pager'],
      post: async (_: string, { body }: { body: string }) => void posted.push(body),
    }
    const night = await world({ policy, receivers })
    await annBreaks(night)
    await night.passes(15 * MINUTE)
    await annBreaks(night)
    for (let day = 0; day < 8; day += 1) await night.passes(24 * 60 * MINUTE)
    await night.passes(MINUTE)
    expect(JSON.parse(posted.at(-1) ?? '{}')).toMatchObject({ alarm: 'glass', status: 'cleared' })
  })
})

const CUTS: readonly Label[] = [
  ...(['change.deciding', 'change.committed'] as const),
  ...(['grant.claimed', 'grant.preexisting-asked', 'grant.preexisting-stored', 'grant.call-announced'] as const),
  ...(['grant.called', 'grant.confirmed', 'grant.settled'] as const),
  ...([
    'expire.found',
    'expire.stored',
    'revoke.claimed',
    'revoke.called',
    'revoke.confirmed',
    'revoke.settled',
  ] as const),
]

describe('killed in the middle', () => {
  it.each(CUTS)('at %s: access ends in time, and the review is owed; or nothing has happened at all', async (label) => {
    const night = await world({ policy: makeGlassPolicy() })
    night.dieAt(label)
    const story = async () => {
      await annBreaks(night)
      await night.settles()
      await night.passes(15 * MINUTE)
    }
    void story()
    while (!night.isDead()) await new Promise((resolve) => setImmediate(resolve))
    await night.bury()
    const now = NIGHT + 15 * MINUTE
    const next = await world({ policy: makeGlassPolicy(), path: night.path, target: night.target, now })
    await next.passes(0)
    await next.passes(2 * MINUTE) // what was cut off may have taken effect until then
    await next.passes(2 * MINUTE)
    const id = await next.newest()
    expect(next.target.held.size).toBe(0)
    if (label === 'change.deciding') return expect(id).toBe('R-000000')
    expect(await next.grantOf(id)).toMatchObject({ state: 'revoked' })
    expect(await next.store.review(id)).toMatchObject({ state: 'owed' })
    expect(await next.events()).toContain('glass.broken')
    return undefined
  })
})
