import { describe, expect, it } from 'vitest'
import { HAS_ANYTHING } from '../../src/store/people-rows.ts'
import { OWED } from '../../src/store/review-rows.ts'
import { openStore, shell } from './database.ts'
import { approved, MINUTE, makeGrant, makeHolding, makeRequest, nthId, T0 } from './make.ts'

describe('what is due', () => {
  it('is found by its end, the longest overdue first, and only while it is live', async () => {
    const { store } = await openStore()
    for (const n of [1, 2, 3]) {
      const request = makeRequest({ id: nthId(n), terms: { subject: `p${n}`, account: `p${n}` } })
      const holding = makeHolding({ id: `h${n}`, account: `p${n}` })
      const grant = makeGrant(request, { holding: holding.id, createdAt: T0 - n * MINUTE })
      await store.commit({ requests: [approved(request)], holdings: [holding], grants: [grant] })
    }
    const end = T0 + 15 * MINUTE
    expect(await store.dueGrants(end - MINUTE, 9)).toEqual(['G-000003', 'G-000002', 'G-000001'])
    expect(await store.dueGrants(end - MINUTE - 1, 9)).toEqual(['G-000003', 'G-000002'])
    expect(await store.dueGrants(end, 1)).toEqual(['G-000003'])
    const grant = (await store.grant('G-000003'))!
    const ending = { activeAt: null, cause: 'expired', by: 'system', revokingAt: end } as const
    await store.commit({ grants: [{ ...grant, ...ending, state: 'revoking', round: 1, goneAt: null, stuckAt: null }] })
    expect(await store.dueGrants(end, 9)).toEqual(['G-000002', 'G-000001'])
  })

  it('are pending requests at their lapse', async () => {
    const { store } = await openStore()
    const request = makeRequest()
    await store.commit({ requests: [request] })
    expect(await store.dueRequests(request.lapsesAt - 1, 9)).toEqual([])
    expect(await store.dueRequests(request.lapsesAt, 9)).toEqual(['R-AAAAAA'])
    await store.commit({ requests: [approved({ ...request, version: 1 })] })
    expect(await store.dueRequests(request.lapsesAt, 9)).toEqual([])
  })

  it.each([
    ['not flagged, not gone', { goneAt: null, stuckAt: null }, ['G-AAAAAA']],
    ['flagged already', { goneAt: null, stuckAt: T0 }, []],
    ['known to be gone', { goneAt: T0, stuckAt: null }, []],
  ] as const)('are revokes that take too long: %s', async (_, flags, stuck) => {
    const { store } = await openStore()
    const request = makeRequest()
    await store.commit({ requests: [approved(request)], holdings: [makeHolding()], grants: [makeGrant(request)] })
    const grant = (await store.grant('G-AAAAAA'))!
    const ending = { activeAt: null, cause: 'expired', by: 'system', revokingAt: T0 } as const
    await store.commit({ grants: [{ ...grant, ...ending, ...flags, state: 'revoking', round: 1 }] })
    expect(await store.stuckGrants(T0, 9)).toEqual([])
    expect(await store.stuckGrants(T0 + 1, 9)).toEqual(stuck)
  })

  it('comes next at the nearest of all', async () => {
    const { store } = await openStore()
    expect(await store.nextDueAt()).toBeUndefined()
    const request = makeRequest()
    const grant = makeGrant(request)
    await store.commit({ requests: [approved(request)], holdings: [makeHolding()], grants: [grant] })
    expect(await store.nextDueAt()).toBe(grant.expiresAt)
    const other = makeRequest({ id: 'R-BBBBBB', lapsesAt: grant.expiresAt - 1 })
    await store.commit({ requests: [other] })
    expect(await store.nextDueAt()).toBe(other.lapsesAt)
    await store.commit({ effects: [{ kind: 'feed', dueAt: T0 }] })
    expect(await store.nextDueAt()).toBe(T0)
    expect(await store.nextDueAt(T0)).toBe(other.lapsesAt)
  })
})

describe('a query', () => {
  it.each([
    ['audit_by_request', `SELECT sequence FROM audit WHERE request = 'R-AAAAAA' AND sequence > 1 ORDER BY sequence`],
    ['grants_leaning', `SELECT id FROM grants WHERE holding = 'h' AND state <> 'revoked'`],
    ['grants_by_state', `SELECT id FROM grants WHERE state = 'active' ORDER BY created_at DESC LIMIT 1`],
    ['reviews_by_rule', `SELECT count(*) FROM reviews WHERE rule = 'r' AND opened_at >= 1`],
    ['grants_by_subject', `SELECT count(*) FROM grants WHERE subject = 'p' AND rule = 'r' AND created_at >= 1`],
  ])('walks index %s, however much is old: %s', async (index, sql) => {
    const { path } = await openStore()
    const plan = shell(path).prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    expect(plan[0]?.detail).toContain(`INDEX ${index}`)
  })

  it('reviews that are owed are walked in their order, and no others', async () => {
    const { path } = await openStore()
    const plan = shell(path).prepare(`EXPLAIN QUERY PLAN ${OWED}`).all({ limit: 1 }) as { detail: string }[]
    expect(plan[0]?.detail).toContain('INDEX reviews_owed')
  })

  it('whether somebody has anything to lose walks an index for each half', async () => {
    const { path } = await openStore()
    const plan = shell(path).prepare(`EXPLAIN QUERY PLAN ${HAS_ANYTHING}`).all({ id: 'U0ANN' }) as { detail: string }[]
    const used = plan.flatMap(({ detail }) => /INDEX (\w+) \(requester=\?\)/.exec(detail)?.[1] ?? [])
    expect(used).toEqual(['requests_waiting_for', 'grants_held_by'])
  })
})

describe('somebody has something to lose', () => {
  it('while he waits for something or holds something, and not after it', async () => {
    const { store } = await openStore()
    expect(await store.hasAnything('U0ANN')).toBe(false)
    const request = makeRequest()
    await store.commit({ requests: [request] })
    expect(await store.hasAnything('U0ANN')).toBe(true)
    expect(await store.hasAnything('U0BOB')).toBe(false)
    await store.commit({ requests: [{ ...approved(request), version: 1 }], holdings: [makeHolding()] })
    expect(await store.hasAnything('U0ANN')).toBe(false)
    await store.commit({ grants: [makeGrant(request)] })
    expect(await store.hasAnything('U0ANN')).toBe(true)
    expect(await store.requesters()).toEqual(['U0ANN'])
  })
})
