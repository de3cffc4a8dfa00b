import { expect, it } from 'vitest'
import { alarmReceivers } from '../../src/adapters/alarm-receivers.ts'
import { startPager } from '../support/pager.ts'

const a = { url: 'https://a.example.com/hook/canary-a', secret: 'canary-secret' }
const b = { url: 'https://a.example.com/hook/canary-b', secret: 'canary-secret' }
const namesOf = (...webhooks: (typeof a)[]) => alarmReceivers(webhooks, Date.now).names

it('a receiver is called by its host, and told from another there, without its address or secret', () => {
  expect(namesOf(a, b)).toEqual([expect.stringMatching(/^a\.example\.com [0-9a-f]{8}$/), expect.any(String)])
  expect(new Set(namesOf(a, b)).size).toBe(2)
  expect(namesOf(a, b).join()).not.toContain('canary')
})

it('a receiver keeps its name while others come and go, and when its secret changes', () => {
  expect(namesOf(b, { ...a, secret: 'another-secret' })[1]).toBe(namesOf(a)[0])
})

it('a message is posted to the named receiver only, and its answer has to be a yes', async () => {
  const [one, other] = [await startPager(), await startPager()]
  const receivers = alarmReceivers([one.webhook, other.webhook], Date.now)
  const message = { body: '{"alarm":"clock"}', idempotencyKey: 'k1' }
  const { signal } = new AbortController()
  await receivers.post(receivers.names[0] ?? '', message, signal)
  expect(one.taken).toEqual([{ body: { alarm: 'clock' }, text: message.body, idempotencyKey: 'k1' }])
  expect([other.posts, one.complaints]).toEqual([0, []])
  other.misbehave = (response) => void response.writeHead(302, { location: one.webhook.url }).end()
  await expect(receivers.post(receivers.names[1] ?? '', message, signal)).rejects.toMatchObject({
    kind: 'misconfigured',
  })
  expect(one.posts).toBe(1)
})
