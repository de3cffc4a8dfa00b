import { describe, expect, it } from 'vitest'
import type { Rule } from '../../src/core/policy.ts'
import { extendableBy, wouldExtend } from '../../src/operations/extend.ts'
import { revokeGrant } from '../../src/operations/revoke.ts'
import { lapseChanged } from '../../src/operations/start-up.ts'
import { MINUTE, makeEntitlement, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const HELD = new Set(['ann {"role":"orders_read"}'])

const policyWith = (change: Partial<Rule>) =>
  makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [makeRule(change)] })]]) })
const atMostAnHour = policyWith({
  ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE, maxTotalMs: 60 * MINUTE },
})

/** Ann has orders-read for 15 minutes, and 5 of them are gone. */
async function annHasIt(change: Parameters<typeof world>[0] = {}) {
  const night = await world(change)
  await night.asks('U0ANN')
  const first = await night.newest()
  await night.approves('U0LEE', first)
  await night.settles()
  await night.passes(5 * MINUTE)
  expect(await night.grantOf(first)).toMatchObject({ state: 'active' })
  return { night, first }
}

async function asksForMore(night: World, first: `R-${string}`, ttlMs: number | undefined = 20 * MINUTE, by = 'U0ANN') {
  const answer = await night.extends(by, first, ttlMs)
  return { answer, second: await night.newest() }
}

describe('more time', () => {
  it('is a new grant on the same holding, told to the target, and the old one ends as extended without a gap', async () => {
    const { night, first } = await annHasIt()
    const before = await night.grantOf(first)
    const told: unknown[] = []
    night.target.during = (operation, call) => {
      if (operation !== 'holds') told.push(operation === 'grant' ? call.expiresAt : operation)
    }
    const { answer, second } = await asksForMore(night, first)
    expect(answer).toContain('20m more of orders-read, from approval')
    expect(await night.store.request(second)).toMatchObject({ extends: before?.id, state: 'pending' })
    expect(await night.approves('U0LEE', second)).toContain('gets orders-read for 20m')
    await night.settles()
    const after = await night.grantOf(second)
    expect(after).toMatchObject({ state: 'active', holding: before?.holding, expiresAt: night.time.now + 20 * MINUTE })
    expect(after?.beganAt).toBe(before?.createdAt)
    expect(await night.grantOf(first)).toMatchObject({
      state: 'revoked',
      cause: 'extended',
      detail: 'released',
      extendedBy: after?.id,
    })
    expect(told).toEqual([after?.expiresAt])
    expect(night.target.held).toEqual(HELD)
    expect(await night.events()).toContain('grant.extended')
    const ended = night.delivered.filter((effect) => effect.kind === 'tell' && effect.news === 'ended')
    expect(ended).toEqual([])
    night.target.during = () => {}
    await night.passes(20 * MINUTE - 1)
    expect(night.target.held).toEqual(HELD)
    await night.passes(1)
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(second)).toMatchObject({ state: 'revoked', cause: 'expired', detail: 'confirmed' })
  })

  it('is only for the person who holds it', async () => {
    const { night, first } = await annHasIt()
    expect((await asksForMore(night, first, 20 * MINUTE, 'U0BEN')).answer).toBe(`${first} is not a request of yours.`)
    expect(await night.newest()).toBe(first)
  })

  it.each([
    ['shorter than what is left', 9 * MINUTE, 'ask for more than 10m'],
    ['longer than the rule allows', 31 * MINUTE, 'from 1m to 30m'],
  ])('is refused when it is %s', async (_, ttlMs, sentence) => {
    const { night, first } = await annHasIt()
    expect((await asksForMore(night, first, ttlMs)).answer).toContain(sentence)
    expect(await night.newest()).toBe(first)
  })

  it('is asked for once at a time', async () => {
    const { night, first } = await annHasIt()
    const { second } = await asksForMore(night, first)
    expect((await asksForMore(night, first, 30 * MINUTE)).answer).toBe(
      `You asked for more time already: ${second} is waiting.`,
    )
  })

  it('is what asking again for the same is answered with', async () => {
    const { night, first } = await annHasIt()
    expect(await night.asks('U0ANN', 'INC-43 another one')).toContain(`extend G-${first.slice(2)} 15m REASON`)
  })

  it('is bounded in all: refused beyond it, and cut by an approval that comes late', async () => {
    const { night, first } = await annHasIt({ policy: atMostAnHour })
    const { second } = await asksForMore(night, first, 30 * MINUTE)
    await night.approves('U0LEE', second)
    await night.settles()
    await night.passes(25 * MINUTE) // half an hour is gone, 35 min would be left without the bound
    expect(await extendableBy(night.deps, 'U0ANN', second)).toMatchObject({
      value: { rule: { ttl: { minMs: 6 * MINUTE, maxMs: 30 * MINUTE } } },
    })
    await night.passes(2 * MINUTE)
    expect((await asksForMore(night, second, 29 * MINUTE)).answer).toContain('ask for at most 28m')
    const { second: third } = await asksForMore(night, second, 28 * MINUTE)
    await night.passes(2 * MINUTE)
    await night.approves('U0LEE', third)
    await night.settles()
    const grant = await night.grantOf(third)
    const begun = (await night.grantOf(first))?.createdAt ?? 0
    expect(grant).toMatchObject({ state: 'active', beganAt: begun, expiresAt: begun + 60 * MINUTE })
    expect((await asksForMore(night, third, 30 * MINUTE)).answer).toContain('cannot be held for longer without a break')
    await night.passes(26 * MINUTE)
    expect(night.target.held.size).toBe(0)
  })

  it('is offered in seconds where the rule has seconds', async () => {
    const ttl = { minMs: 20_000, defaultMs: 20_000, maxMs: 120_000 }
    const night = await world({ policy: policyWith({ ttl }) })
    await night.asks('U0ANN')
    const first = await night.newest()
    await night.approves('U0LEE', first)
    await night.settles()
    await night.passes(5_000)
    expect(await extendableBy(night.deps, 'U0ANN', first)).toMatchObject({ value: { rule: { ttl } } })
    expect((await asksForMore(night, first, 10_000)).answer).toContain('from 20s to 2m')
    expect((await asksForMore(night, first, 20_000)).answer).toContain('20s more')
  })

  it('becomes an ordinary request when the old grant ends before anybody decides', async () => {
    const { night, first } = await annHasIt()
    await night.passes(8 * MINUTE)
    const { second } = await asksForMore(night, first)
    await night.passes(3 * MINUTE)
    expect(night.target.held.size).toBe(0)
    expect(await night.approves('U0LEE', second)).toContain('gets orders-read for 20m')
    await night.settles()
    expect(night.target.held).toEqual(HELD)
    const grant = await night.grantOf(second)
    expect(grant).toMatchObject({ state: 'active', expiresAt: night.time.now + 20 * MINUTE })
    expect(grant?.beganAt).toBe(grant?.createdAt)
  })

  it('that the target does not give leaves the old grant as it was, which can be extended again', async () => {
    const { night, first } = await annHasIt()
    const { second } = await asksForMore(night, first)
    night.target.mishaps.grant.push('refused')
    await night.approves('U0LEE', second)
    await night.settles()
    expect(await night.grantOf(second)).toMatchObject({ state: 'revoked', cause: 'grant-failed', detail: 'released' })
    expect(await night.grantOf(first)).toMatchObject({ state: 'active', extendedBy: null })
    expect(night.target.held).toEqual(HELD)
    const said = night.delivered.flatMap((effect) => (effect.kind === 'say' ? [effect.sentence] : []))
    expect(said.join()).toContain('You got no more time for orders-read.')
    expect((await asksForMore(night, first)).answer).toContain('must agree')
    await night.passes(10 * MINUTE)
    expect(night.target.held.size).toBe(0)
  })

  it('goes on when the old grant ends while the target is still being told', async () => {
    const { night, first } = await annHasIt()
    await night.passes(9 * MINUTE + 50_000)
    const { second } = await asksForMore(night, first)
    night.target.mishaps.grant.push('unreachable', 'unreachable', 'unreachable', 'unreachable')
    await night.approves('U0LEE', second)
    await night.settles()
    expect(await night.grantOf(second)).toMatchObject({ state: 'granting' })
    await night.passes(10_000)
    expect(await night.grantOf(first)).toMatchObject({ state: 'revoked', cause: 'expired', detail: 'released' })
    expect(night.target.held).toEqual(HELD)
    for (let step = 0; step < 4; step += 1) await night.passes(10_000)
    expect(await night.grantOf(second)).toMatchObject({ state: 'active' })
    await night.passes(20 * MINUTE)
    expect(night.target.held.size).toBe(0)
  })

  it('needs the same access: what the config changed has to be asked for anew', async () => {
    const { night, first } = await annHasIt()
    const changed = makePolicy({
      entitlements: new Map([['orders-read', makeEntitlement({ access: { role: 'orders_all' } })]]),
    })
    const deps = { ...night.deps, policy: changed }
    const more = { request: first, ttlMs: 20 * MINUTE, words: 'INC-42 still not mended' }
    expect(await wouldExtend(deps, 'U0ANN', more)).toMatchObject({ refusal: { code: 'terms-changed' } })
    expect(await wouldExtend(night.deps, 'U0ANN', more)).toMatchObject({ ok: true })
  })

  it('that waits still stands after a restart with the same config', async () => {
    const { night, first } = await annHasIt()
    const { second } = await asksForMore(night, first)
    await lapseChanged(night.deps)
    expect(await night.store.request(second)).toMatchObject({ state: 'pending' })
  })

  it('without approval begins at once', async () => {
    const { night, first } = await annHasIt({ policy: policyWith({ approval: 'none', approvers: [], quorum: 0 }) })
    const { answer, second } = await asksForMore(night, first)
    expect(answer).toContain('20m from now under one-lead, without approval')
    await night.settles()
    expect(await night.grantOf(second)).toMatchObject({ state: 'active' })
    expect(await night.grantOf(first)).toMatchObject({ cause: 'extended' })
  })
})

describe('renewed in the last moment', () => {
  it.each([-1, 0, 1])(
    'with the approval %d ms from the end: access still ends, and every grant is revoked',
    async (off) => {
      const { night, first } = await annHasIt()
      const { second } = await asksForMore(night, first)
      const old = await night.grantOf(first)
      night.time.now = (old?.expiresAt ?? 0) + off
      await Promise.all([night.approves('U0LEE', second), night.scheduler.tick(night.time.now)])
      await night.settles()
      await night.passes(1)
      const grant = await night.grantOf(second)
      expect(grant).toMatchObject({ state: 'active' })
      expect(await night.grantOf(first)).toMatchObject({ state: 'revoked', expiresAt: old?.expiresAt })
      await night.passes((grant?.expiresAt ?? 0) - night.time.now - 1)
      expect(night.target.held).toEqual(HELD)
      await night.passes(1)
      expect(night.target.held.size).toBe(0)
      const states = (await night.store.grants({ limit: 9 })).map(({ state }) => state)
      expect(states).toEqual(['revoked', 'revoked'])
    },
  )
})

describe('whoever ends access while it is being extended', () => {
  async function beingExtended() {
    const { night, first } = await annHasIt()
    const { second } = await asksForMore(night, first)
    night.target.mishaps.grant.push('unreachable', 'unreachable', 'unreachable')
    await night.approves('U0LEE', second)
    await night.settles()
    expect(await night.grantOf(second)).toMatchObject({ state: 'granting' })
    expect(await night.grantOf(first)).toMatchObject({ state: 'active', extendedBy: `G-${second.slice(2)}` })
    return { night, first, second }
  }

  it.each(['first', 'second'] as const)('ends both, naming the %s', async (which) => {
    for (const how of ['requester', 'security'] as const) {
      const { night, ...ids } = await beingExtended()
      if (how === 'requester') await night.withdraws('U0ANN', ids[which])
      else
        await night.answerTo((inbox) =>
          revokeGrant(night.deps, { by: 'U0SAM', inbox, request: ids[which], press: undefined, reason: 'enough' }),
        )
      await night.passes(2 * MINUTE)
      expect(night.target.held.size).toBe(0)
      for (const id of [ids.first, ids.second]) expect(await night.grantOf(id)).toMatchObject({ state: 'revoked' })
    }
  })

  it('denies the extension after it was approved: both end', async () => {
    const { night, first, second } = await beingExtended()
    expect(await night.denies('U0KIM', second)).toContain('being taken away')
    await night.passes(2 * MINUTE)
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(first)).toMatchObject({ state: 'revoked', cause: 'revoked-by' })
  })

  it('is told which grant goes on, once it was extended', async () => {
    const { night, first } = await annHasIt()
    const { second } = await asksForMore(night, first)
    await night.approves('U0LEE', second)
    await night.settles()
    expect(await night.withdraws('U0ANN', first)).toContain(`G-${second.slice(2)} goes on from it`)
    expect(night.target.held).toEqual(HELD)
  })
})
