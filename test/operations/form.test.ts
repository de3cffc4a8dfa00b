import { describe, expect, it } from 'vitest'
import { askable, list, wouldAccept } from '../../src/operations/ask-form.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

describe('before the end', () => {
  it('the requester gets a new card when a fifth of the time is left', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.store.copiesOf(id)).toHaveLength(3) // the approver has a receipt, too
    await night.passes(12 * MINUTE - 1)
    expect(await night.store.copiesOf(id)).toHaveLength(3)
    await night.passes(1)
    const cards = (await night.store.copiesOf(id)).filter(({ audience }) => audience === 'requester')
    expect(cards).toHaveLength(2)
    expect(night.delivered).toContainEqual(expect.objectContaining({ kind: 'draw', copy: cards[1]?.id }))
  })

  it('nobody is warned of access that he gave back', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    await night.withdraws('U0ANN', id)
    await night.settles()
    await night.passes(15 * MINUTE)
    expect(await night.store.copiesOf(id)).toHaveLength(3)
  })
})

describe('the form', () => {
  const auto = makeRule({
    name: 'auto',
    requesters: [makeGroup('oncall', ['U0BEN'])],
    approval: 'none',
    approvers: [],
    quorum: 0,
  })
  const policy = makePolicy({
    entitlements: new Map([
      ['orders-read', makeEntitlement({ rules: [auto, makeRule()] })],
      [
        'orders-write',
        makeEntitlement({ id: 'orders-write', rules: [makeRule({ requesters: [makeGroup('dba', ['U0KIM'])] })] }),
      ],
    ]),
  })

  it('offers what the person may really ask for, with the rules that fit him', async () => {
    const { deps } = await world({ policy })
    const offered = await askable(deps, 'U0ANN')
    expect(offered).toMatchObject({
      ok: true,
      value: [{ entitlement: 'orders-read', rules: [{ name: 'one-lead', quorum: 1 }] }],
    })
    const toBen = await askable(deps, 'U0BEN')
    expect(toBen.ok && toBen.value[0]?.rules.map(({ name }) => name)).toEqual(['auto', 'one-lead'])
    expect(await askable(deps, 'U0SAM')).toEqual({ ok: true, value: [] })
  })

  it('says what submitting would say, and changes nothing', async () => {
    const night = await world({ policy })
    const asked = { entitlement: 'orders-read', ttlMs: 15 * MINUTE, purpose: 'incident', words: 'INC-42 replica lag' }
    expect(await wouldAccept(night.deps, 'U0ANN', asked)).toMatchObject({ ok: true })
    expect(await wouldAccept(night.deps, 'U0ANN', { ...asked, ttlMs: 60 * MINUTE })).toMatchObject({
      refusal: { code: 'ttl' },
    })
    expect(await wouldAccept(night.deps, 'U0ANN', { ...asked, words: 'x' })).toMatchObject({
      refusal: { code: 'reason-short' },
    })
    expect(await wouldAccept(night.deps, 'U0ANN', { ...asked, purpose: 'fun' })).toMatchObject({
      refusal: { code: 'no-rule' },
    })
    expect(await night.store.requests({ limit: 9 })).toEqual([])
    await night.asks('U0ANN')
    expect(await wouldAccept(night.deps, 'U0ANN', asked)).toMatchObject({ refusal: { code: 'already-asked' } })
  })

  it('lists it in one answer', async () => {
    const night = await world({ policy })
    const answer = await night.answerTo((inbox) => list(night.deps, { by: 'U0ANN', inbox }))
    expect(answer).toBe('orders-read: Read the orders database, on orders-db, at most 30m, leads must agree')
  })
})
