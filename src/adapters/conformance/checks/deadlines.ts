import type { Call } from '../../contract.ts'
import type { Place } from '../bench.ts'
import { type Check, check, checkDuring } from '../check.ts'
import { OPERATIONS, type Probe } from '../probe.ts'

/** What comes of calls that are cut off, by the bot or by the line. */
export const deadlines: readonly Check[] = [
  check('does nothing when it is aborted before it begins', async (probe) => {
    const place = await probe.bench.prepare('ann')
    const call = probe.callFor(place)
    for (const operation of OPERATIONS) await probe.failure(operation, call, AbortSignal.abort())
    await probe.expectHeld(call, place, false)
  }),

  checkDuring('silent-before', 'stops at once when the deadline passes before the effect', async (probe) => {
    await probe.during('silent-before', async (way) => {
      for (const operation of OPERATIONS) {
        const place = await probe.bench.prepare('ann')
        const call = probe.callFor(place, { round: operation === 'revoke' ? 1 : 0 })
        if (operation === 'revoke') await probe.bench.give(place)
        await probe.begin(way)
        await probe.abortedFailure(operation, call, () => probe.bench.reached())
        await probe.expectTruth(place, operation === 'revoke')
        await probe.heal()
        await endsAsItShould(probe, call, place)
      }
    })
  }),

  checkDuring('silent-after', 'does not know what became of a grant whose deadline passes after the effect', (probe) =>
    probe.during('silent-after', async (way) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place)
      await probe.begin(way)
      probe.expectUnknown(await probe.abortedFailure('grant', call, () => probe.bench.reached()))
      await probe.expectTruth(place, true)
      await probe.heal()
      await probe.expectHeld(call, place, true)
      await endsAsItShould(probe, call, place)
    }),
  ),

  checkDuring('silent-after', 'fails a revoke whose deadline passes after the effect, and may repeat it', (probe) =>
    probe.during('silent-after', async (way) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place, { round: 1 })
      await probe.bench.give(place)
      await probe.begin(way)
      await probe.abortedFailure('revoke', call, () => probe.bench.reached())
      await probe.expectTruth(place, false)
      await probe.heal()
      await endsAsItShould(probe, call, place)
    }),
  ),

  checkDuring('cut-before', 'fails when the line breaks before the effect', (probe) =>
    probe.during('cut-before', async (way) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place)
      await probe.begin(way)
      probe.expectKind('grant', await probe.failure('grant', call), 'unreachable')
      await probe.expectTruth(place, false)
      await probe.bench.give(place)
      probe.expectKind('revoke', await probe.failure('revoke', { ...call, round: 1 }), 'unreachable')
      await probe.expectTruth(place, true)
      await probe.heal()
      await endsAsItShould(probe, call, place)
    }),
  ),

  checkDuring('cut-after', 'does not know what became of a grant when the line breaks after the effect', (probe) =>
    probe.during('cut-after', async (way) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place)
      await probe.begin(way)
      const error = await probe.failure('grant', call)
      probe.expectKind('grant', error, 'unreachable')
      probe.expectUnknown(error)
      await probe.expectTruth(place, true)
      await probe.failure('revoke', { ...call, round: 1 })
      await probe.expectTruth(place, false)
      await probe.heal()
      await endsAsItShould(probe, call, place)
    }),
  ),

  checkDuring('late', 'can take away what a grant that was given up still brings', (probe) =>
    probe.during('late', async (way) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place)
      await probe.begin(way)
      probe.expectUnknown(await probe.abortedFailure('grant', call, () => probe.bench.reached()))
      await probe.heal()
      await probe.revoke(call, 1)
      await probe.expectHeld(call, place, false)
      await probe.untilTruth(place, true, probe.bench.lateMs)
      await probe.revoke(call, 2)
      await probe.expectHeld(call, place, false)
    }),
  ),
]

/** Whatever happened before: a revoke on a target that behaves leaves nothing. */
async function endsAsItShould(probe: Probe, call: Call<unknown>, place: Place): Promise<void> {
  await probe.revoke(call, 2)
  await probe.expectHeld(call, place, false)
}
