import { expect, it } from 'vitest'
import type { EventDraft } from '../../../src/core/event.ts'
import { makePolicy } from '../../support/make.ts'
import { type Load, makeLoad } from './world.ts'

/** A bot with one channel for everything. */
function makeOneChannel(): Promise<Load> {
  return makeLoad(makePolicy({ requestsChannel: 'C0SECURITY' }), ['ann', 'ben', 'lee', 'kim'])
}

function notices(count: number, at: number): EventDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    name: 'grant.activated',
    at,
    actor: 'system',
    subject: `person-${index}@example.com`,
    entitlement: 'orders-read',
    request: 'R-7KQ2M4',
    grant: 'G-7KQ2M4',
    detail: { expiresAt: '2026-11-22T03:15:00.000Z' },
  }))
}

/** When messages were posted whose first look has the words, in order. */
function postedAt({ security }: Load, words: string): number[] {
  const looks = [...security.messages.values()].flatMap(({ versions }) => versions.slice(0, 1))
  return looks.filter(({ blocks }) => JSON.stringify(blocks).includes(words)).map(({ at }) => at)
}

it('1,000 notices to one channel take 30 s at most and 1.1 calls a message, and delay new approval cards by 2 s at most', async () => {
  const load = await makeOneChannel()
  const { time, figures } = load
  const began = time.now
  await load.records(notices(1_000, began))
  await load.passesUntil(began + 9_900)
  for (const name of ['ann', 'ben', 'lee']) await load.asks(name, 'orders-read')
  await load.passes(120_000, 100)
  const cards = postedAt(load, '"approve"')
  expect(cards).toHaveLength(3)
  expect(Math.max(...cards) - began - 9_900).toBeLessThanOrEqual(2_000)
  expect(postedAt(load, 'person-999@')).toHaveLength(1)
  expect((postedAt(load, 'person-999@')[0] ?? 0) - began).toBeLessThanOrEqual(30_000)
  expect(figures.calls('chat.postMessage')).toBeLessThanOrEqual(1.1 * figures.calls('chat.postMessage', 'ok'))
  expect(figures.calls('chat.postMessage')).toBeLessThanOrEqual(40)
})

it('an answer to a question is not sent after an hour without Slack; what somebody did is told all the same', async () => {
  const load = await makeOneChannel()
  const { store, time, workspace } = load
  const ann = workspace.person('ann')
  workspace.goesDown()
  for (const text of ['mine', 'cancel R-7KQ2M4']) {
    const responseUrl = `${workspace.apiUrl.replace('/api/', '/commands/')}T/${text.length}`
    const body = { user: ann.id, team: 'T', channel: 'C0SECURITY', text, responseUrl }
    await store.receive({ id: text, kind: 'command', receivedAt: time.now, body, doneAt: null, answer: null })
    await store.commit({ answers: { inbox: text, at: time.now, sentence: `This answers “${text}”.` } })
  }
  await load.passes(3_600_000, 20_000)
  workspace.comesUp()
  await load.passes(600_000)
  expect(ann.sees(ann.dm).map(({ text }) => text)).toEqual(['This answers “cancel R-7KQ2M4”.'])
})
