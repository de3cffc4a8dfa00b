import { expect, it } from 'vitest'
import type { AuditEvent } from '../../../src/core/event.ts'
import type { Message } from '../../../src/slack/views/blocks.ts'
import { feedBatch } from '../../../src/slack/views/feed.ts'
import { checkMessage, markupOf } from '../limits.ts'

const ends = (count: number): AuditEvent[] =>
  Array.from({ length: count }, (_, index) => [
    makeEvent({
      sequence: 2 * index + 1,
      name: 'grant.revoke-begun',
      grant: idOf(index),
      detail: { cause: 'expired' },
    }),
    makeEvent({
      sequence: 2 * index + 2,
      name: 'grant.revoked',
      grant: idOf(index),
      detail: { cause: 'expired', detail: 'confirmed' },
    }),
  ]).flat()

it('2,000 ends of access are few messages, each within Slack’s limits, and each grant is named with its person', () => {
  const told = tellAll(ends(2_000))
  for (const message of told) checkMessage(message)
  expect(told.length).toBeLessThanOrEqual(12)
  const text = told.flatMap(markupOf).join('\n')
  const named = Map.groupBy(text.match(/G-\w{6} person@example\.com|G-\w{6}/g) ?? [], (words) => words)
  for (let index = 0; index < 2_000; index++) {
    expect(named.get(`${idOf(index)} person@example.com`)).toHaveLength(1)
    expect(named.get(idOf(index))).toHaveLength(1)
  }
})

it('what matters keeps its own line among thousands of ends', () => {
  const stuck = makeEvent({ sequence: 1_001, name: 'grant.stuck', grant: 'G-STVCK0', detail: { target: 'orders-db' } })
  const events = [...ends(500), stuck, ...ends(400).map((event) => ({ ...event, sequence: event.sequence + 1_001 }))]
  const lines = tellAll(events).flatMap(({ text }) => text.split('\n'))
  expect(lines.filter((line) => line.includes('G-STVCK0'))).toEqual([expect.stringMatching(/^#1001 .*STUCK/)])
})

it('an end that somebody caused or explained is told by itself', () => {
  const byLee = ends(60).map((event) => ({ ...event, actor: 'U0LEE', text: 'wrong table' }))
  expect(tellAll(byLee).flatMap(({ text }) => text.split('\n'))).toHaveLength(120)
})

it('few ends are told one by one', () => {
  expect(tellAll(ends(15)).flatMap(({ text }) => text.split('\n'))).toHaveLength(30)
})

function tellAll(events: readonly AuditEvent[]): Message[] {
  const told: Message[] = []
  for (let from = 0; from < events.length; ) {
    const { message, upTo } = feedBatch(events.slice(from, from + 1_000))
    if (message) told.push(message)
    from = events.findIndex(({ sequence }) => sequence === upTo) + 1
  }
  return told
}

function idOf(index: number): `G-${string}` {
  return `G-${index.toString().padStart(6, '0')}`
}

function makeEvent(change: Partial<AuditEvent>): AuditEvent {
  return {
    sequence: 1,
    at: Date.UTC(2026, 10, 22, 3),
    name: 'grant.revoked',
    actor: 'system',
    subject: 'person@example.com',
    entitlement: 'orders-read',
    request: null,
    grant: null,
    detail: {},
    textHash: null,
    previous: '',
    text: null,
    ...change,
  }
}
