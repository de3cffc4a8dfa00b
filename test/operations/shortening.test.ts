import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import type { Policy } from '../../src/core/policy.ts'
import { approve } from '../../src/operations/approve.ts'
import { wouldShorten } from '../../src/operations/shorten.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const ENTITLEMENTS = ['orders-read', 'orders-write']

function policyWith(change: Parameters<typeof makeRule>[0]): Policy {
  const rule = makeRule(change)
  return makePolicy({
    entitlements: new Map(ENTITLEMENTS.map((id) => [id, makeEntitlement({ id, access: { role: id }, rules: [rule] })])),
  })
}

const twoLeads = () => policyWith({ quorum: 2, approvers: [makeGroup('leads', ['U0LEE', 'U0KIM', 'U0DEE'])] })

async function asked(town: World, by = 'U0ANN', entitlement = 'orders-read'): Promise<RequestId> {
  const answer = await town.asks(by, undefined, undefined, entitlement)
  return (/R-\w{6}/.exec(answer)?.[0] ?? answer) as RequestId
}

const shortens = async (town: World, by: string, id: RequestId, ttlMs: number) => {
  const press = await town.press(by, id)
  return town.answerTo((inbox) => approve(town.deps, { ...press, inbox, ttlMs }))
}

const state = async (town: World, id: RequestId) => (await town.store.request(id))?.state

describe('a shorter time', () => {
  it('is what the access lasts, the shortest of all that agreed', async () => {
    const town = await world({ policy: twoLeads() })
    const id = await asked(town)
    expect(await shortens(town, 'U0LEE', id, 10 * MINUTE)).toContain('Recorded: 1 of 2')
    expect(await shortens(town, 'U0KIM', id, 12 * MINUTE)).toContain('It lasts 10m at most')
    expect(await shortens(town, 'U0KIM', id, 5 * MINUTE)).toContain('for 5m')
    const grant = await town.grantOf(id)
    expect(grant && grant.expiresAt - grant.createdAt).toBe(5 * MINUTE)
  })

  it.each([15 * MINUTE, 15 * MINUTE + 1, 30 * MINUTE, Number.MAX_SAFE_INTEGER, Number.NaN])(
    'never lengthens: %d ms is refused',
    async (ttlMs) => {
      const town = await world({ policy: policyWith({}) })
      const id = await asked(town)
      expect(await shortens(town, 'U0LEE', id, ttlMs)).toContain('15m at most')
      expect(await state(town, id)).toBe('pending')
    },
  )

  it.each([MINUTE - 1, 0, -MINUTE])('is not below what the rule gives: %d ms is refused', async (ttlMs) => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    expect(await shortens(town, 'U0LEE', id, ttlMs)).toContain('access lasts at least 1m')
    expect(await state(town, id)).toBe('pending')
  })

  it('is judged for the form as it will be when it is stored', async () => {
    const town = await world({ policy: policyWith({}) })
    const request = await asked(town)
    const would = (by: string, ttlMs: number) => wouldShorten(town.deps, by, { request, ttlMs })
    expect(await would('U0LEE', 10 * MINUTE)).toMatchObject({ ok: true })
    expect(await would('U0LEE', 15 * MINUTE)).toMatchObject({ refusal: { code: 'ttl' } })
    expect(await would('U0ANN', 10 * MINUTE)).toMatchObject({ ok: false })
    await town.denies('U0KIM', request)
    expect(await would('U0LEE', 10 * MINUTE)).toMatchObject({ refusal: { code: 'denied-already' } })
  })
})
