import assert from 'node:assert/strict'
import { AdapterError, type AdapterErrorKind } from '../../contract.ts'
import type { Mischief, Way } from '../bench.ts'
import { type Check, check, checkDuring } from '../check.ts'
import type { OPERATIONS, Probe } from '../probe.ts'

const MOST_ATTEMPTS = 12
const ATTEMPT_MS = 5_000

/** What an adapter makes of targets that are down, lie, or are somebody else. */
export const answers: readonly Check[] = [
  checkDuring('down', 'says of a target that is down that it is unreachable, and works once it is back', (probe) =>
    probe.during('down', (way) => saysNo(probe, way, ['unreachable'])),
  ),

  checkDuring('flapping', 'gets there in the end on a target that comes and goes', (probe) =>
    probe.during('flapping', async (way) => {
      const place = await probe.bench.prepare('ann')
      const call = probe.callFor(place)
      await probe.begin(way)
      await untilDone(async (signal) => {
        await succeed(probe, 'grant', call, signal)
        return succeed(probe, 'holds', call, signal)
      })
      await probe.expectTruth(place, true)
      await untilDone(async (signal) => {
        await succeed(probe, 'revoke', { ...call, round: 1 }, signal)
        return !(await succeed(probe, 'holds', call, signal))
      })
      await probe.expectTruth(place, false)
    }),
  ),

  checkDuring('nonsense', 'takes an answer that means nothing for no answer', (probe) =>
    probe.during('nonsense', (way) => saysNo(probe, way)),
  ),

  checkDuring(
    'unauthorized',
    'never takes a refusal of ourselves for success, and does not keep on granting',
    (probe) => probe.during('unauthorized', (way) => saysNo(probe, way, ['rejected', 'misconfigured'])),
  ),

  checkDuring('not-found', 'never takes “not found” for “has no access”', (probe) =>
    probe.during('not-found', (way) => saysNo(probe, way, ['rejected', 'misconfigured'])),
  ),

  checkDuring('redirecting', 'does not follow a redirect', (probe) =>
    probe.during('redirecting', (way) => saysNo(probe, way, ['rejected', 'misconfigured'])),
  ),

  checkDuring('lying', 'does not believe a yes that has no effect', (probe) =>
    probe.during('lying', async (way) => {
      const [unheld, held] = [await probe.bench.prepare('ann'), await probe.bench.prepare('lee')]
      await probe.bench.give(held)
      await probe.begin(way)
      await mayFail(probe, 'grant', unheld)
      await probe.expectHeld(probe.callFor(unheld), unheld, false)
      await mayFail(probe, 'revoke', held)
      await probe.expectHeld(probe.callFor(held), held, true)
      await probe.heal()
      await probe.revoke(probe.callFor(held), 2)
      await probe.expectTruth(held, false)
    }),
  ),

  check('says what went wrong in words', async (probe) => {
    const place = await probe.bench.prepare('ann')
    for (const sort of ['down', 'nonsense', 'unauthorized', 'not-found'] satisfies Mischief[]) {
      await probe.during(sort, async (way) => {
        await probe.begin(way)
        const { message } = await probe.failure('grant', probe.callFor(place))
        assert(message.length > 0 && message.length <= 500, `“${message}” should be one sentence`)
        assert(!/\p{Cc}/u.test(message), `“${message}” should hold no control characters`)
      })
    }
  }),
]

/** Every call fails and is told, nothing is believed; healed, everything works. */
async function saysNo(probe: Probe, way: Way, kinds?: readonly AdapterErrorKind[]): Promise<void> {
  const [unheld, held] = [await probe.bench.prepare('ann'), await probe.bench.prepare('lee')]
  await probe.bench.give(held)
  await probe.begin(way)
  const { kind } = await probe.failure('grant', probe.callFor(unheld))
  const wanted = kinds ?? [kind]
  assert(wanted.includes(kind), `${way.name}: grant() must be ${wanted.join(' or ')}, and was ${kind}`)
  await probe.failure('revoke', probe.callFor(held, { round: 1 }))
  for (const place of [unheld, held]) await probe.failure('holds', probe.callFor(place))
  await probe.expectTruth(held, true)
  await probe.heal()
  const [coming, going] = [probe.callFor(unheld), probe.callFor(held)]
  await probe.grant(coming)
  await probe.expectHeld(coming, unheld, true)
  await probe.revoke(going, 2)
  await probe.expectHeld(going, held, false)
  await probe.bench.take(unheld)
}

/** Repeats as the bot does: after every failure that says “try again”. */
async function untilDone(attempt: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
  for (let left = MOST_ATTEMPTS; left > 0; left--) {
    try {
      if (await attempt(AbortSignal.timeout(ATTEMPT_MS))) return
    } catch (error) {
      if (!(error instanceof AdapterError && error.kind === 'unreachable')) throw error
    }
  }
  assert.fail(`${MOST_ATTEMPTS} attempts on a target that comes and goes were not enough`)
}

async function succeed(
  probe: Probe,
  operation: (typeof OPERATIONS)[number],
  call: ReturnType<Probe['callFor']>,
  signal: AbortSignal,
): Promise<boolean> {
  const { value, error } = await probe.settle(operation, call, signal)
  if (error !== undefined) throw error
  return value === true
}

async function mayFail(probe: Probe, operation: 'grant' | 'revoke', place: Parameters<Probe['callFor']>[0]) {
  const call = probe.callFor(place, { round: operation === 'revoke' ? 1 : 0 })
  const { error } = await probe.settle(operation, call, AbortSignal.timeout(ATTEMPT_MS))
  assert(error === undefined || error instanceof AdapterError, `${operation}() must fail with an AdapterError`)
}
