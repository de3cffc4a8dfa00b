import { type Check, check } from '../check.ts'
import type { Probe } from '../probe.ts'

/** Names that act where they are not quoted, or that are taken for others. Each is somebody's name all the same. */
const HOSTILE_NAMES: readonly string[] = [
  'Ann',
  ' ann',
  'ann ',
  'ann lee',
  'ann\nlee',
  'ann\r\nX-Breakglass-Signature: v1=0',
  'ann\tlee',
  'ann@example.com',
  'ann,dc=example,dc=com',
  'ann)(uid=*',
  '*',
  '%',
  '%61nn',
  '../ann',
  '/etc/passwd',
  '?admin=true#',
  'ann"; drop role orders_read; --',
  "ann'; select 1; --",
  'ann\\',
  '"',
  '$1',
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  '; touch /tmp/owned',
  '-rf',
  '--help',
  '$HOME',
  '{"held":true}',
  '<b>ann</b>',
  'ännä–ö漢字🙂',
  'a\u0308nn',
  'änn',
  'all',
  'null',
  'true',
  '0',
  '__proto__',
  'constructor',
  'x'.repeat(63),
  'x'.repeat(64),
]

const AT_ONCE = 5

/** Whatever people are called. */
export const names: readonly Check[] = [
  check('takes every name literally, and touches nobody else', async (probe) => {
    const held = await probe.bench.prepare('ann')
    const unheld = await probe.bench.prepare('lee')
    await probe.bench.give(held)
    for (let at = 0; at < HOSTILE_NAMES.length; at += AT_ONCE) {
      await Promise.all(HOSTILE_NAMES.slice(at, at + AT_ONCE).map((name) => comesAndGoes(probe, name)))
      await probe.expectTruth(held, true)
      await probe.expectTruth(unheld, false)
    }
    await probe.bench.take(held)
  }),

  check('keeps names apart that look alike', async (probe) => {
    const families = [
      ['ann', 'Ann', ' ann', 'ann '],
      ['a\u0308nn', 'änn', 'ann'],
      ['x'.repeat(63), 'x'.repeat(64)],
    ]
    for (const family of families) {
      const [first, ...others] = await Promise.all(family.map((name) => probe.bench.prepare(name)))
      if (!first) continue
      await probe.grant(probe.callFor(first))
      for (const { account } of others) await probe.expectTruth({ ...first, account }, false)
      for (const other of others) await probe.revoke(probe.callFor({ ...first, account: other.account }))
      await probe.expectTruth(first, true)
      await probe.revoke(probe.callFor(first))
    }
  }),
]

async function comesAndGoes(probe: Probe, name: string): Promise<void> {
  const place = await probe.bench.prepare(name)
  const call = probe.callFor(place)
  if (place.possible) {
    await probe.grant(call)
    await probe.expectHeld(call, place, true)
  } else {
    await probe.failure('grant', call)
  }
  await probe.revoke(call)
  await probe.expectHeld(call, place, false)
}
