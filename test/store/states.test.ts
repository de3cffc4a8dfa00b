import { describe, expect, it } from 'vitest'
import type { Active, Granting, Revoked, Revoking } from '../../src/core/grant.ts'
import { StaleState } from '../../src/core/store.ts'
import type { SqliteStore } from '../../src/store/open.ts'
import { openStore, reopen } from './database.ts'
import {
  ACCESS,
  approved,
  MINUTE,
  makeApproval,
  makeCopy,
  makeGrant,
  makeHolding,
  makeRequest,
  nthId,
  T0,
} from './make.ts'

/** A request with its grant, both stored. */
async function granted(store: SqliteStore): Promise<Granting> {
  const request = makeRequest()
  const grant = makeGrant(request)
  await store.commit({ requests: [approved(request)], holdings: [makeHolding()], grants: [grant] })
  return { ...grant, version: 1 }
}

describe('requests', () => {
  it('gives back what was stored, at the next version, after a restart too', async () => {
    const { store, path } = await openStore()
    await store.commit({ requests: [makeRequest()] })
    const next = await reopen(path)
    expect(await next.request('R-AAAAAA')).toEqual({ ...makeRequest(), version: 1 })
    expect(await next.request('R-BBBBBB')).toBeUndefined()
  })

  it.each([
    approved({ ...makeRequest(), version: 1 }),
    {
      ...makeRequest(),
      version: 1,
      state: 'denied',
      deniedAt: T0,
      by: 'U0LEE',
      byName: 'Lee',
      note: '',
      looksWrong: true,
    } as const,
    { ...makeRequest(), version: 1, state: 'cancelled', cancelledAt: T0, why: 'leaver' } as const,
    { ...makeRequest(), version: 1, state: 'lapsed', lapsedAt: T0, cause: 'terms-changed' } as const,
  ])('keeps one that is $state', async (decided) => {
    const { store } = await openStore()
    await store.commit({ requests: [makeRequest()] })
    await store.commit({ requests: [decided] })
    expect(await store.request('R-AAAAAA')).toEqual({ ...decided, version: 2 })
  })

  it('keeps approvals in the order in which they came', async () => {
    const { store } = await openStore()
    const request = makeRequest({ terms: { quorum: 3 } })
    const [lee, kim] = [makeApproval(), makeApproval({ subject: 'kim@example.com', by: 'U0KIM', at: T0 })]
    await store.commit({ requests: [request] })
    await store.commit({ requests: [{ ...request, version: 1, approvals: [lee] }] })
    await store.commit({ requests: [{ ...request, version: 2, approvals: [lee, kim] }] })
    expect((await store.request(request.id))?.approvals).toEqual([lee, kim])
  })

  it('finds the pending one that asks for the same, and none once it is decided', async () => {
    const { store } = await openStore()
    await store.commit({ requests: [makeRequest()] })
    expect(await store.identicalRequest(makeRequest().terms)).toMatchObject({ id: 'R-AAAAAA' })
    await store.commit({
      requests: [{ ...makeRequest(), version: 1, state: 'cancelled', cancelledAt: T0, why: 'requester' }],
    })
    expect(await store.identicalRequest(makeRequest().terms)).toBeUndefined()
  })

  it('lists the newest first, by state and by subject', async () => {
    const { store } = await openStore()
    const asked = [0, 1, 2, 3].map((n) =>
      makeRequest({
        id: nthId(n),
        openedAt: T0 + n,
        terms: { entitlement: `e-${n}`, subject: n < 2 ? 'ann@example.com' : 'bob@example.com' },
      }),
    )
    await store.commit({ requests: asked })
    await store.commit({
      requests: [{ ...asked[3]!, version: 1, state: 'cancelled', cancelledAt: T0, why: 'requester' }],
    })
    const ids = async (filter: Parameters<typeof store.requests>[0]) =>
      (await store.requests(filter)).map(({ id }) => id)
    expect(await ids({ limit: 3 })).toEqual([nthId(3), nthId(2), nthId(1)])
    expect(await ids({ states: ['pending'], limit: 9 })).toEqual([nthId(2), nthId(1), nthId(0)])
    expect(await ids({ states: ['pending'], subject: 'bob@example.com', limit: 9 })).toEqual([nthId(2)])
    expect(await store.openRequests('bob@example.com')).toBe(1)
    expect(await store.requestsSince('bob@example.com', T0 + 3)).toBe(1)
  })
})

describe('grants', () => {
  it('keeps one through every state', async () => {
    const { store } = await openStore()
    const granting = await granted(store)
    expect(await store.grant('G-AAAAAA')).toEqual(granting)
    const active: Active = { ...granting, state: 'active', activeAt: T0 + 2 * MINUTE }
    const ending = {
      activeAt: active.activeAt,
      cause: 'expired',
      by: 'system',
      revokingAt: granting.expiresAt,
    } as const
    const revoking: Revoking = {
      ...granting,
      ...ending,
      version: 2,
      state: 'revoking',
      round: 1,
      goneAt: null,
      stuckAt: T0,
    }
    const revoked: Revoked = {
      ...granting,
      ...ending,
      version: 3,
      state: 'revoked',
      revokedAt: T0,
      detail: 'confirmed',
    }
    for (const grant of [active, revoking, revoked]) {
      await store.commit({ grants: [grant] })
      expect(await store.grant('G-AAAAAA')).toEqual({ ...grant, version: grant.version + 1 })
    }
  })

  it('finds the live one of a subject and what leans on a holding', async () => {
    const { store } = await openStore()
    const grant = await granted(store)
    expect(await store.liveGrant('ann@example.com', 'orders-read')).toEqual(grant)
    expect(await store.leaningOn('holding-1')).toEqual([grant])
    const end = { activeAt: null, cause: 'ended-early', by: 'U0ANN', revokingAt: T0 } as const
    await store.commit({ grants: [{ ...grant, ...end, state: 'revoking', round: 1, goneAt: null, stuckAt: null }] })
    expect(await store.liveGrant('ann@example.com', 'orders-read')).toBeUndefined()
    expect(await store.leaningOn('holding-1')).toHaveLength(1)
  })

  it('counts uses under a rule, failed ones not', async () => {
    const { store } = await openStore()
    const grant = await granted(store)
    expect(await store.usesSince('ann@example.com', 'one-lead', grant.createdAt)).toBe(1)
    expect(await store.usesSince('ann@example.com', 'one-lead', grant.createdAt + 1)).toBe(0)
    const end = { activeAt: null, cause: 'grant-failed', by: 'system', revokingAt: T0 } as const
    await store.commit({ grants: [{ ...grant, ...end, state: 'revoking', round: 1, goneAt: null, stuckAt: null }] })
    expect(await store.usesSince('ann@example.com', 'one-lead', T0)).toBe(0)
  })
})

describe('holdings and copies', () => {
  it.each([null, false, true])('keeps preexisting %s', async (preexisting) => {
    const { store } = await openStore()
    const holding = makeHolding({ preexisting, callEndsAt: T0, settlesAt: T0 + 1 })
    await store.commit({ holdings: [holding] })
    expect(await store.holding('holding-1')).toEqual({ ...holding, version: 1 })
  })

  it('finds the open holding whatever the order of the members of its access', async () => {
    const { store } = await openStore()
    await store.commit({ holdings: [makeHolding()] })
    const { role, schemas } = ACCESS
    expect(await store.openHolding('orders-db', 'ann', { schemas, role })).toMatchObject({ id: 'holding-1' })
    await store.commit({ holdings: [{ ...makeHolding(), version: 1, closedAt: T0 }] })
    expect(await store.openHolding('orders-db', 'ann', ACCESS)).toBeUndefined()
  })

  it('keeps the copies of a request in the order in which they were made', async () => {
    const { store } = await openStore()
    const [first, second] = [makeCopy({ id: 'z' }), makeCopy({ id: 'a', audience: 'requester', destination: 'U0ANN' })]
    await store.commit({ requests: [makeRequest()], copies: [first, second] })
    await store.commit({ copies: [{ ...first, version: 1, channel: 'C0REQUESTS', ts: '1.2' }] })
    expect(await store.copiesOf('R-AAAAAA')).toEqual([
      { ...first, version: 2, channel: 'C0REQUESTS', ts: '1.2' },
      { ...second, version: 1 },
    ])
    expect(await store.copy('a')).toEqual({ ...second, version: 1 })
  })
})

describe('versions', () => {
  it('refuses every row whose version moved', async () => {
    const { store } = await openStore()
    const grant = await granted(store)
    await store.commit({ copies: [makeCopy()] })
    const active: Active = { ...grant, state: 'active', activeAt: T0 }
    const moved = [
      { requests: [approved({ ...makeRequest(), version: 2 })] },
      { grants: [{ ...active, version: 2 }] },
      { holdings: [makeHolding({ version: 2 })] },
      { copies: [makeCopy({ version: 2 })] },
    ]
    for (const change of moved) await expect(store.commit(change)).rejects.toThrow(StaleState)
  })

  it('refuses a new row that is there already', async () => {
    const { store } = await openStore()
    await granted(store)
    for (const change of [{ requests: [makeRequest()] }, { holdings: [makeHolding()] }, { grants: [makeGrant()] }]) {
      await expect(store.commit(change)).rejects.toThrow(StaleState)
    }
  })

  it('refuses a new grant on a holding that was closed meanwhile', async () => {
    const { store } = await openStore()
    const request = makeRequest()
    await store.commit({ requests: [approved(request)], holdings: [makeHolding({ closedAt: T0 })] })
    await expect(store.commit({ grants: [makeGrant(request)] })).rejects.toThrow(StaleState)
  })

  it('lets what ends make room for what begins in the same Change', async () => {
    const { store } = await openStore()
    await store.commit({ requests: [makeRequest()] })
    const lapsed = { ...makeRequest(), version: 1, state: 'lapsed', lapsedAt: T0, cause: 'too-late' } as const
    await store.commit({ requests: [makeRequest({ id: 'R-BBBBBB' }), lapsed] })
    expect(await store.identicalRequest(makeRequest().terms)).toMatchObject({ id: 'R-BBBBBB' })
  })
})
