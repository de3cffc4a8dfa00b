import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { openStore, shell } from './database.ts'
import { approved, MINUTE, makeGrant, makeHolding, makeRequest, nthId, T0 } from './make.ts'

const five = { from: 0, limit: 5 }

/** So many people, each with a live grant that ends a minute after the one before. */
async function withGrants(count: number) {
  const opened = await openStore()
  for (let n = 1; n <= count; n += 1) {
    const request = makeRequest({ id: nthId(n), terms: { subject: `p${n}`, account: `p${n}` } })
    const holding = makeHolding({ id: `h${n}`, account: `p${n}` })
    const grant = makeGrant(request, { holding: holding.id, createdAt: T0 + n * MINUTE })
    await opened.store.commit({ requests: [approved(request)], holdings: [holding], grants: [grant] })
  }
  return opened
}

async function askedBy(subject: string, ids: readonly RequestId[], terms: object = {}) {
  const opened = await openStore()
  for (const [index, id] of ids.entries()) {
    const own = { subject, requester: 'U0ANN', reasonHash: id, ...terms }
    await opened.store.commit({ requests: [makeRequest({ id, openedAt: T0 + index, terms: own })] })
  }
  return opened
}

describe('what Home lists', () => {
  it('is a part of everybody’s access with the number of all, what ends first first', async () => {
    const { store } = await withGrants(12)
    const { items, from, total } = await store.liveGrants({ from: 5, limit: 5 })
    expect([from, total]).toEqual([5, 12])
    expect(items.map(({ id }) => id)).toEqual(['G-000006', 'G-000007', 'G-000008', 'G-000009', 'G-000010'])
  })

  it('that has become shorter than where it was looked at shows its end', async () => {
    const { store } = await withGrants(3)
    expect(await store.liveGrants({ from: 40, limit: 2 })).toMatchObject({ from: 1, total: 3 })
    expect(await store.stuckRevokes({ from: 40, limit: 2 })).toEqual({ items: [], from: 0, total: 0 })
  })

  it('of one person is his own, and not what is over', async () => {
    const { store } = await withGrants(3)
    expect((await store.heldBy('p2', five)).items.map(({ id }) => id)).toEqual(['G-000002'])
    const grant = (await store.grant('G-000002'))!
    const ending = { activeAt: null, cause: 'expired', by: 'system', revokingAt: T0 } as const
    await store.commit({ grants: [{ ...grant, ...ending, state: 'revoking', round: 1, goneAt: null, stuckAt: T0 }] })
    expect((await store.heldBy('p2', five)).total).toBe(1)
    expect((await store.stuckRevokes(five)).items.map(({ id }) => id)).toEqual(['G-000002'])
    expect((await store.liveGrants(five)).total).toBe(2)
    const ended = (await store.grant('G-000002'))!
    const { round: _1, goneAt: _2, stuckAt: _3, ...rest } = ended as typeof ended & Record<string, unknown>
    await store.commit({
      grants: [{ ...rest, ...ending, state: 'revoked', revokedAt: T0 + 1, detail: 'confirmed' }],
    })
    expect((await store.heldBy('p2', five)).total).toBe(0)
  })

  it('are one’s open requests, oldest first', async () => {
    const { store } = await askedBy('ann@example.com', [nthId(2), nthId(1), nthId(3)])
    const { items, total } = await store.pendingOf('ann@example.com', { from: 0, limit: 2 })
    expect([items.map(({ id }) => id), total]).toEqual([['R-000002', 'R-000001'], 3])
    expect((await store.pendingOf('ben@example.com', five)).total).toBe(0)
  })

  it('are requests that name somebody as a decider, or a schedule; never his own', async () => {
    const { store } = await askedBy('ann@example.com', [nthId(1)])
    const group = { name: 'oncall', members: null, usergroup: null, schedule: 'pagerduty PX1' }
    const duty = { subject: 'ben@example.com', requester: 'U0BEN', approvers: [{ afterMs: 0, groups: [group] }] }
    await store.commit({
      requests: [makeRequest({ id: nthId(2), openedAt: T0 + 1, membersAtOpening: {}, terms: duty })],
    })
    const of = async (id: string) => (await store.pendingNaming(id, 9)).map((request) => request.id)
    expect(await of('U0LEE')).toEqual(['R-000001', 'R-000002'])
    expect(await of('U0LE')).toEqual(['R-000002'])
    expect(await of('U0BEN')).toEqual([])
    expect(await of('U0ANN')).toEqual(['R-000002'])
  })

  it('is found along an index, however much is over', async () => {
    const { path } = await openStore()
    const db = shell(path)
    const plans = [
      `SELECT * FROM grants INDEXED BY grants_due WHERE state IN ('granting', 'active') AND extended_by IS NULL ORDER BY expires_at LIMIT 5`,
      `SELECT * FROM grants INDEXED BY grants_by_subject WHERE subject = 'a' AND state <> 'revoked' ORDER BY expires_at, id LIMIT 5`,
      `SELECT * FROM requests WHERE state = 'pending' AND requester <> 'a' ORDER BY opened_at, id LIMIT 5`,
    ].map((sql) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()))
    for (const plan of plans) expect(plan).not.toMatch(/SCAN (grants|requests)(?! USING INDEX)/)
  })
})
