import { describe, expect, it } from 'vitest'
import type { Label } from '../../src/operations/labels.ts'
import { listRequests } from '../../src/operations/listing.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeEntitlement, makeGroup, makeRule, makeUsergroup, NIGHT } from '../support/make.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()
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
    expect(told).toEqual(['C0REQUESTS', 'C0SECURITY', 'U0LEE', 'U0KIM', 'U0DEE'])
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
    expect(told).toEqual(['C0ORDERS', 'C0SECURITY', 'U0DEE', 'U0ANN'])
  })

  it('goes on when nobody can say who is in a group that is told, and the log says which', async () => {
    const rules = [makeRule({ approvers: [makeUsergroup('leads', 'S0LEADS')] })]
    const night = await world({ policy: makeGlassPolicy({}, { rules }) })
    expect(await annBreaks(night)).toContain('the glass is broken')
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

  it('cancels the request that he would have waited for', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await night.asks('U0ANN')
    const waiting = await night.newest()
    await annBreaks(night, { instead: waiting })
    expect(await night.store.request(waiting)).toMatchObject({ state: 'cancelled', why: 'emergency' })
  })

  it.each([
    ['of somebody else', 'U0BEN', 'orders-read'],
    ['for something else', 'U0ANN', 'orders-write'],
  ])('cancels no request %s, whatever the form says', async (_, by, what) => {
    const other = makeEntitlement({ id: 'orders-write', title: 'Write', access: { role: 'orders_write' } })
    const night = await world({ policy: makeGlassPolicy({}, {}, [other]) })
    await night.asks(by, 'INC-42 replica lag', undefined, what)
    const waiting = await night.newest()
    expect(await annBreaks(night, { instead: waiting })).toContain('the glass is broken')
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
