import { expect, it } from 'vitest'
import { grantIdOf, type RequestId } from '../../../src/core/ids.ts'
import { MINUTE } from '../../support/make.ts'
import { makeCrowd } from './crowd.ts'
import type { Load } from './world.ts'

const GRANTS = 30

/** A crowd whose access has just ended: hundreds of cards wait to be drawn again. */
async function makeStorm(): Promise<Load> {
  const load = await makeCrowd(GRANTS)
  const ends = (await load.store.grants({ limit: GRANTS })).map(({ expiresAt }) => expiresAt)
  await load.passesUntil(Math.max(...ends) + 1_000)
  return load
}

const waiting = async ({ store, time }: Load) =>
  (await store.dueLanes(time.now)).filter((lane) => lane.startsWith('redraw'))

/** When the card in the channel first said so. */
async function saidAt({ store, workspace }: Load, id: RequestId, words: string): Promise<number> {
  const copy = (await store.copiesOf(id)).find(({ audience }) => audience === 'approvers')
  const looks = workspace.state.message(copy?.channel ?? '', copy?.ts ?? '')?.versions ?? []
  return looks.find(({ blocks }) => JSON.stringify(blocks).includes(words))?.at ?? Number.POSITIVE_INFINITY
}

it('a new card, a yes and the news of it go out within 2 s each while the cards of a storm wait', async () => {
  const load = await makeStorm()
  const { store, time, workspace } = load
  expect(await waiting(load)).toContain('redraw:ended')
  const askedAt = time.now
  await load.asks('ben', 'e0')
  const [request] = await store.requests({ states: ['pending'], limit: 1 })
  const id = request?.id ?? 'R-000000'
  await load.passes(3_000, 200)
  expect((await saidAt(load, id, '"approve"')) - askedAt).toBeLessThanOrEqual(2_000)
  const approvedAt = time.now
  await load.approves(id)
  await load.passes(3_000, 200)
  expect((await saidAt(load, id, 'Approved by')) - approvedAt).toBeLessThanOrEqual(2_000)
  const ben = workspace.person('ben')
  const told = ben.sees(ben.dm).filter(({ text }) => text.startsWith('You have '))
  expect(told).toHaveLength(1)
  expect(Number(told[0]?.ts) * 1_000 - approvedAt).toBeLessThanOrEqual(2_000)
  expect(await waiting(load)).toContain('redraw:ended')
  expect((await store.grant(grantIdOf(id)))?.state).toBe('active')
}, 120_000)

it('buttons that are dead go before words that only changed', async () => {
  const load = await makeStorm()
  const { store, workspace, time } = load
  const stormAt = time.now
  await load.passes(3 * MINUTE, 2_000)
  const all = await Promise.all((await store.requests({ limit: GRANTS })).map(({ id }) => store.copiesOf(id)))
  const copies = all.flat().filter(({ audience }) => audience !== 'receipt') // whose button never dies
  const looks = copies.map(({ channel, ts }) => workspace.state.message(channel ?? '', ts ?? '')?.versions ?? [])
  const deadUntil = looks.map(
    (versions) => versions.find((look) => !/end_early|deny/.test(JSON.stringify(look.blocks)))?.at,
  )
  const onlyWords = looks.flatMap((versions) =>
    versions.filter((_, index) => index > 0 && !/end_early|deny/.test(JSON.stringify(versions[index - 1]?.blocks))),
  )
  expect(deadUntil.every((at) => at !== undefined)).toBe(true)
  const last = Math.max(...deadUntil.map((at) => at ?? time.now))
  const meanwhile = onlyWords.filter(({ at }) => at > stormAt && at < last)
  expect([meanwhile.length, onlyWords.length > 0]).toEqual([0, true])
}, 120_000)
