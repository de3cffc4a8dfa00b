import type { Bench, Place, Way } from '../../../src/adapters/conformance/suite.ts'
import type { Adapter } from '../../../src/adapters/contract.ts'
import { webhook } from '../../../src/adapters/webhook/definition.ts'
import { type Answer, type Visit, WebhookTarget } from './target.ts'

export interface WebhookBench extends Bench {
  readonly target: WebhookTarget
  stop(): Promise<void>
}

/** An HTTP target with every vice. `open` makes the adapter that is tried. */
export async function makeWebhookBench(
  open: (settings: { url: string; secret: string }) => Promise<Adapter> = (settings) =>
    webhook.open(settings, Date.now),
): Promise<WebhookBench> {
  const secret = 'canary-secret-of-the-webhook'
  const target = new WebhookTarget(secret)
  await target.start()
  let made = 0
  let reached = Promise.withResolvers<void>()

  const way = (name: string, behave: (visit: Visit, lateMs: number) => void): Way => ({
    name,
    begin: (lateMs) => {
      reached = Promise.withResolvers()
      target.misbehave = (visit) => behave(visit, lateMs)
    },
  })
  const actAndHangUp = (visit: Visit) => {
    visit.act()
    visit.response.destroy()
  }
  const says = (name: string, answer: Answer) => way(name, (visit) => visit.answer(answer))
  const both = (status: number) => [
    says(`${status}`, { status, body: '<h1>Sorry</h1>' }),
    says(`${status} that says no`, { status, body: '{"held":false}' }),
    says(`${status} that says yes`, { status, body: '{"held":true}' }),
  ]

  return {
    target,
    definition: webhook,
    secrets: [secret, 'canary-path'],
    lists: true,
    lateMs: Number(process.env.BREAKGLASS_TEST_LATE_MS ?? 1_000),
    now: Date.now,
    ways: {
      down: [
        { name: 'nobody listens', begin: () => target.stop() },
        ...[408, 409, 425, 429, 500, 502, 503, 504].flatMap(both),
      ],
      flapping: [
        way(
          'calls cut off before',
          sometimes((visit) => visit.response.destroy()),
        ),
        way('calls cut off after', sometimes(actAndHangUp)),
        way(
          'calls answered 503',
          sometimes((visit) => visit.answer({ status: 503, body: '' })),
        ),
      ],
      'silent-before': [
        way('does not answer', () => reached.resolve()),
        way('answers with half a body', ({ response }) => {
          response.writeHead(200).write('{"hel')
          reached.resolve()
        }),
      ],
      'silent-after': [
        way('acts and does not answer', (visit) => {
          visit.act()
          reached.resolve()
        }),
        way('acts and answers with half a body', (visit) => {
          visit.act()
          visit.response.writeHead(200).write('{"held":', () => reached.resolve())
        }),
      ],
      'cut-before': [way('hangs up', (visit) => visit.response.destroy())],
      'cut-after': [
        way('acts and hangs up', actAndHangUp),
        way('acts and hangs up in the middle of its answer', (visit) => {
          visit.act()
          visit.response.writeHead(200, { 'content-length': '15' })
          visit.response.write('{"held":', () => visit.response.destroy())
        }),
      ],
      late: [
        way('acts later', (visit, lateMs) => {
          if (visit.operation === 'grant') setTimeout(() => visit.act(), lateMs)
          reached.resolve()
        }),
      ],
      nonsense: NONSENSE.map((body) => says(`200 ${JSON.stringify(body.slice(0, 40))}`, { status: 200, body })).concat([
        says('204', { status: 204, body: '' }),
        way('200 in no character set', ({ response }) =>
          response.writeHead(200).end(Buffer.from('{"held":false,"x":"\xff"}', 'latin1')),
        ),
        way('an answer without an end', ({ response }) => {
          response.writeHead(200)
          const pour = () => {
            while (!response.destroyed && response.write(' '.repeat(4096)));
            if (!response.destroyed) response.once('drain', pour)
          }
          pour()
        }),
      ]),
      unauthorized: [401, 403].flatMap(both),
      'not-found': [404, 410].flatMap(both),
      redirecting: [301, 302, 303, 307, 308].map((status) =>
        way(`${status}`, (visit) => {
          const here = new URL(target.url).pathname
          if (visit.request.url !== here) return visit.answer({ status: 200, body: '{"held":false}' })
          visit.answer({ status, body: '{"held":false}', headers: { location: '/elsewhere' } })
        }),
      ),
      lying: [
        way('says what is wanted', (visit) => {
          if (visit.operation === 'holds') visit.answer(visit.act())
          else visit.answer({ status: 200, body: `{"held":${visit.operation === 'grant'}}` })
        }),
      ],
    },
    open: () => open({ url: target.url, secret }),
    async prepare(account) {
      made += 1
      const role = `role ${made} "; $(id)`
      return { account, access: { role, scopes: ['read', null, made] }, entitlement: 'orders-read', possible: true }
    },
    async isHeld(place: Place) {
      return target.isHeld(place)
    },
    async give(place) {
      target.give(place)
    },
    async take(place) {
      target.take(place)
    },
    async endOf(place) {
      return target.endOf(place)
    },
    reached: () => reached.promise,
    async heal() {
      target.misbehave = undefined
      target.hangUp()
      if (!target.running) await target.start()
    },
    stop: () => target.stop(),
  }
}

const NONSENSE = [
  '',
  'OK',
  '<!doctype html><title>Sign in</title>',
  'null',
  'true',
  '[]',
  '{}',
  '{"held":"false"}',
  '{"held":0}',
  '{"held":null}',
  '{"Held":false}',
  '{"held":false',
  '[{"held":false}]',
  '{"error":"try later","held":{}}',
  `{"held":false,"why":"${'x'.repeat(65_536)}"}`,
]

/** Two of five calls in a row. */
function sometimes(instead: (visit: Visit) => void): (visit: Visit) => void {
  let count = 0
  return (visit) => {
    if (count++ % 5 < 2) instead(visit)
    else visit.answer(visit.act())
  }
}
