import { expect, it, onTestFinished } from 'vitest'
import { type Bench, type Mischief, tryAll } from '../../../src/adapters/conformance/suite.ts'
import { makeWebhookBench } from '../webhook/bench.ts'
import { type Bug, PlantedAdapter } from './planted.ts'

const MOST_MS = 180_000

/** The names of the checks that an adapter with this bug does not pass. */
async function brokenBy(bug?: Bug): Promise<string[]> {
  const bench = await makeWebhookBench(async (settings) => new PlantedAdapter(settings, bug))
  onTestFinished(() => bench.stop())
  const verdicts = await tryAll(fewerWays(bench))
  return verdicts.flatMap(({ name, outcome }) => (outcome === 'broken' ? [name] : []))
}

/** The first three of each sort are enough here, less the answer that never ends: the plain adapter reads it all. */
function fewerWays(bench: Bench): Bench {
  const ways = Object.entries(bench.ways) as [Mischief, Bench['ways'][Mischief]][]
  const fewer = ways.map(([sort, all]) => [sort, typeof all === 'string' ? all : all.slice(0, 3)])
  return { ...bench, ways: Object.fromEntries(fewer) }
}

it('passes an adapter without a bug', { timeout: MOST_MS }, async () => {
  expect(await brokenBy()).toEqual([])
})

it.each<[Bug, string]>([
  ['revoke takes 404 for success', 'never takes “not found” for “has no access”'],
  [
    'grant does not wait for the target',
    'says of a target that is down that it is unreachable, and works once it is back',
  ],
  ['redirects are followed', 'does not follow a redirect'],
  ['abort is ignored', 'stops at once when the deadline passes before the effect'],
  ['holds is remembered', 'says what the target says now, not what it said before'],
  ['revoke fails when there is nothing to revoke', 'succeeds in revoking what is absent'],
  ['a broken line counts as a clean no', 'does not know what became of a grant when the line breaks after the effect'],
  ['holds says no when it cannot tell', 'never takes “not found” for “has no access”'],
  ['names are tidied up', 'keeps names apart that look alike'],
  ['the secret stands in errors', 'says of a target that is down that it is unreachable, and works once it is back'],
  ['errors have no kind', 'fails when the line breaks before the effect'],
  ['every 2xx is a yes', 'takes an answer that means nothing for no answer'],
  ['revokes share one idempotency key', 'can take away what a grant that was given up still brings'],
  ['revoke takes away only what this process gave', 'takes away what was given before a restart'],
  ['the first end stays', 'tells the target when access ends, and of a later end'],
  ['list remembers what was revoked', 'lists what is held, and no more what was revoked'],
])('catches this bug: %s', { timeout: MOST_MS }, async (bug, check) => {
  expect(await brokenBy(bug)).toContain(check)
})
