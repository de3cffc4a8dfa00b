import { describe, expect, it } from 'vitest'
import { MINUTE, makeEntitlement, makePolicy, makeTarget } from '../support/make.ts'
import { FakeTarget } from '../support/target.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

describe('the target', () => {
  it('is asked first whether the access was there before, and then left as it was', async () => {
    const target = new FakeTarget()
    target.held.add('ann {"role":"orders_read"}')
    const night = await world({ target })
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.grantOf(id)).toMatchObject({ state: 'active' })
    await night.passes(15 * MINUTE)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', detail: 'released' })
    expect(target.held.size).toBe(1)
    expect(target.calls.every((call) => call.startsWith('holds'))).toBe(true)
  })

  it('keeps what another grant needs, and loses it with the last', async () => {
    const twin = makeEntitlement({ id: 'orders-twin' })
    const policy = makePolicy({
      entitlements: new Map([
        ['orders-read', makeEntitlement()],
        ['orders-twin', twin],
      ]),
    })
    const night = await world({ policy })
    await night.asks('U0ANN')
    const first = await night.newest()
    await night.asks('U0ANN', 'INC-42 again', 30 * MINUTE, 'orders-twin')
    const second = (await night.store.requests({ limit: 9 })).find(({ id }) => id !== first)!.id
    await night.approves('U0LEE', first)
    await night.approves('U0LEE', second)
    await night.settles()
    await night.passes(15 * MINUTE)
    expect(await night.grantOf(first)).toMatchObject({ state: 'revoked', detail: 'released' })
    expect(night.target.held.size).toBe(1)
    await night.passes(15 * MINUTE)
    expect(await night.grantOf(second)).toMatchObject({ state: 'revoked', detail: 'confirmed' })
    expect(night.target.held.size).toBe(0)
  })

  it('that said yes to a revoke and still shows the access is told anew, not again', async () => {
    const night = await world()
    const rounds: number[] = []
    night.target.during = (operation, call) => {
      if (operation === 'revoke') rounds.push(call.round)
    }
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    night.target.mishaps.revoke.push('nothing', 'unreachable')
    await night.withdraws('U0ANN', id)
    for (let step = 0; step < 6; step += 1) await night.passes(2_000)
    expect(rounds).toEqual([1, 2, 2]) // an idempotent target would answer number 1 as before, and do nothing
    expect(night.target.held.size).toBe(0)
  })

  it('that said yes to a grant and does not show it may still give it: the revoke waits for that', async () => {
    const night = await world()
    night.target.mishaps.grant.push('nothing')
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.grantOf(id)).toMatchObject({ state: 'granting' })
    await night.withdraws('U0ANN', id)
    await night.settles()
    night.target.held.add('ann {"role":"orders_read"}') // now it comes true
    await night.passes(2 * MINUTE)
    await night.passes(1_000)
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked' })
  })

  it('that gives late what it said yes to is not believed because an earlier call came true', async () => {
    const night = await world()
    night.target.mishaps.grant.push('nothing', 'nothing') // both take effect later
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    night.target.held.add('ann {"role":"orders_read"}') // the first call comes true
    await night.passes(2_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'active' })
    await night.withdraws('U0ANN', id)
    await night.settles()
    await night.passes(89_000) // the first call has been settled, the second is not yet
    night.target.held.add('ann {"role":"orders_read"}') // it comes true now
    await night.passes(3 * MINUTE)
    await night.passes(1_000)
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked' })
  })

  it('that is down for a moment is tried again', async () => {
    const night = await world()
    night.target.mishaps.grant.push('unreachable', 'unreachable')
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.grantOf(id)).toMatchObject({ state: 'granting' })
    await night.passes(1_000)
    await night.passes(2_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'active' })
  })

  it('that refuses ends the grant at once, and the requester is told why', async () => {
    const night = await world()
    night.target.mishaps.grant.push('refused')
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
    const told = night.delivered.find((effect) => effect.kind === 'say')
    expect(told).toMatchObject({ person: 'U0ANN', sentence: expect.stringContaining('The target said no.') })
  })

  it('that stays down for a minute: given up, and whatever landed is taken away after the quiet period', async () => {
    const night = await world()
    night.target.mishaps.grant.push(...Array<'lost'>(20).fill('lost'))
    night.target.mishaps.holds.push('nothing', ...Array<'unreachable'>(20).fill('unreachable'))
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    for (let second = 0; second < 61; second += 1) await night.passes(1_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoking', cause: 'grant-failed' })
    night.target.mishaps.grant.length = 0
    night.target.mishaps.holds.length = 0
    await night.passes(60_000)
    expect(night.target.held.size).toBe(0)
    await night.passes(60_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', detail: 'confirmed' })
  })

  it('that says yes and does nothing never makes a grant active', async () => {
    const night = await world()
    night.target.mishaps.grant.push(...Array<'nothing'>(20).fill('nothing'))
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    for (let second = 0; second < 61; second += 1) {
      expect((await night.grantOf(id))?.state).not.toBe('active')
      await night.passes(1_000)
    }
    expect(await night.grantOf(id)).toMatchObject({ cause: 'grant-failed' })
  })

  it('that does not let go is asked for ever, and it is told loudly', async () => {
    const night = await world()
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    night.target.mishaps.revoke.push(
      ...Array<'nothing' | 'misconfigured'>(40).fill('nothing').fill('misconfigured', 10),
    )
    await night.passes(15 * MINUTE)
    for (let second = 0; second < 120; second += 1) await night.passes(1_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoking', stuckAt: expect.any(Number) })
    expect(await night.events()).toContain('grant.stuck')
    night.target.mishaps.revoke.length = 0
    await night.passes(60_000)
    await night.passes(60_000)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', detail: 'confirmed' })
  })

  it('whose call is under way when the grant is ended: the call is aborted, and revoked twice', async () => {
    const night = await world()
    night.target.mishaps.grant.push('hang')
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    const called = new Promise<void>((resolve) => {
      night.target.during = (operation) => {
        if (operation === 'grant') resolve()
      }
    })
    await night.scheduler.tick(night.time.now)
    await called
    await night.withdraws('U0ANN', id)
    await night.settles()
    expect(night.target.calls.filter((call) => call.startsWith('revoke'))).toHaveLength(1)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoking', goneAt: expect.any(Number) })
    night.target.held.add('ann {"role":"orders_read"}') // the call takes effect late
    await night.passes(120_000)
    expect(night.target.held.size).toBe(0)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', detail: 'confirmed' })
  })
})

it('takes access away on time while grant calls hang', async () => {
  const target = makeTarget({ concurrency: 2 })
  const policy = makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ target })]]) })
  const night = await world({ policy })
  await night.asks('U0BEN', 'INC-42 replica lag', MINUTE)
  await night.approves('U0LEE', await night.newest())
  await night.settles()
  expect(night.target.held.size).toBe(1)
  night.target.mishaps.grant.push('hang', 'hang')
  for (const [name, approver] of [
    ['U0ANN', 'U0LEE'],
    ['U0LEE', 'U0KIM'],
  ] as const) {
    await night.asks(name)
    const pending = await night.store.requests({ states: ['pending'], limit: 1 })
    await night.approves(approver, pending[0]!.id)
  }
  await night.scheduler.tick(night.time.now)
  night.time.now += MINUTE
  await night.scheduler.tick(night.time.now)
  while (night.target.held.size > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(night.target.calls.filter((call) => call.startsWith('revoke'))).toHaveLength(1)
})
