import assert from 'node:assert/strict'
import { type Check, check } from '../check.ts'
import { Probe } from '../probe.ts'

const MINUTE_MS = 60_000

/** What an adapter does on a target that works. */
export const ordinary: readonly Check[] = [
  check('gives access that was not there, and takes it away', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    await probe.expectHeld(call, place, false)
    await probe.grant(call)
    await probe.expectHeld(call, place, true)
    await probe.revoke(call)
    await probe.expectHeld(call, place, false)
  }),

  check('may grant twice: one revoke ends it', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    for (const _ of [1, 2, 3]) await probe.grant(call)
    await probe.expectHeld(call, place, true)
    await probe.revoke(call)
    await probe.expectHeld(call, place, false)
  }),

  check('may revoke twice, as a retry and as a new intention', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    await probe.grant(call)
    for (const round of [1, 1, 2]) await probe.revoke(call, round)
    await probe.expectHeld(call, place, false)
  }),

  check('succeeds in revoking what is absent', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    await probe.revoke(call)
    await probe.expectHeld(call, place, false)
  }),

  check('takes away what was given before a restart', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    await probe.grant(call)
    const restarted = await Probe.on(probe.bench)
    await restarted.expectHeld(call, place, true)
    await restarted.revoke(call)
    await restarted.expectHeld(call, place, false)
  }),

  check('revokes again what came back after a revoke', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    await probe.grant(call)
    await probe.revoke(call, 1)
    await probe.bench.give(place)
    await probe.revoke(call, 2)
    await probe.expectHeld(call, place, false)
  }),

  check('says what the target says now, not what it said before', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    for (const held of [false, true, false, true]) {
      await (held ? probe.bench.give(place) : probe.bench.take(place))
      await probe.expectHeld(call, place, held)
    }
    await probe.bench.take(place)
  }),

  check('grants with a later end, and one revoke ends it', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const first = probe.callFor(place)
    await probe.grant(first)
    const later = probe.callFor(place, { expiresAt: first.expiresAt + 15 * MINUTE_MS })
    await probe.grant(later)
    await probe.expectHeld(later, place, true)
    await probe.revoke(later)
    await probe.expectHeld(later, place, false)
  }),

  check(
    'tells the target when access ends, and of a later end',
    async (probe) => {
      const place = await probe.bench.prepare('ann')
      const first = probe.callFor(place)
      const later = probe.callFor(place, { expiresAt: first.expiresAt + 15 * MINUTE_MS })
      for (const call of [first, later]) {
        await probe.grant(call)
        const end = await probe.bench.endOf?.(place)
        assert(end !== undefined, 'the target must know an end')
        assert.equal(seconds(end), seconds(call.expiresAt), 'the target must know this end')
      }
      await probe.revoke(later)
    },
    ({ endOf }) => (endOf ? undefined : 'the target is not told when access ends'),
  ),

  check(
    'ends overlapping grants with the last of them, in either order',
    async (probe) => {
      for (const last of [0, 1]) {
        const place = await probe.bench.prepare('ann')
        const calls = [probe.callFor(place), probe.callFor(place)]
        for (const call of calls) await probe.grant(call)
        await probe.expectHeld(calls[1 - last]!, place, true)
        await probe.revoke(calls[last]!)
        for (const call of calls) await probe.expectHeld(call, place, false)
      }
    },
    ({ definition }) => (definition.perGrant ? 'access is made anew for each grant, so none overlap' : undefined),
  ),

  check('sees access that was there before, and keeps it when other access comes and goes', async (probe) => {
    const before = await probe.bench.prepare('ann')
    const [sameAccount, otherAccount] = [await probe.bench.prepare('ann'), await probe.bench.prepare('lee')]
    await probe.bench.give(before)
    await probe.expectHeld(probe.callFor(before), before, true)
    for (const place of [sameAccount, { ...before, account: otherAccount.account }]) {
      const call = probe.callFor(place)
      await probe.grant(call)
      await probe.revoke(call)
      await probe.expectHeld(probe.callFor(before), before, true)
    }
    await probe.bench.take(before)
  }),

  check('does not mix up calls that are made at once', async (probe) => {
    const accounts = ['ann', 'lee', 'kim', 'sam', 'sue', 'dee']
    const places = await Promise.all(accounts.map((account) => probe.bench.prepare(account)))
    const calls = places.map((place) => probe.callFor(place))
    await Promise.all(calls.map((call) => probe.grant(call)))
    await Promise.all(calls.filter((_, at) => at % 2 === 0).map((call) => probe.revoke(call)))
    for (const [at, place] of places.entries()) await probe.expectHeld(calls[at]!, place, at % 2 === 1)
    await Promise.all(calls.map((call) => probe.revoke(call, 2)))
    for (const [at, place] of places.entries()) await probe.expectHeld(calls[at]!, place, false)
  }),

  check(
    'lists what is held, and no more what was revoked',
    async (probe) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place)
      const isListed = async () =>
        (await probe.list()).some(
          ({ grantId, account }) => account === place.account && (grantId ?? call.grantId) === call.grantId,
        )
      await probe.grant(call)
      assert(await isListed(), 'list() must name what is held')
      await probe.revoke(call)
      assert(!(await isListed()), 'list() must not name what was revoked')
    },
    ({ lists }) => (lists ? undefined : 'the adapter has no list()'),
  ),
]

/** Targets may forget milliseconds. */
function seconds(instant: number): number {
  return Math.floor(instant / 1_000)
}
