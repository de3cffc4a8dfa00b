import { afterAll, beforeAll, expect } from 'vitest'
import { claims } from '../conformance/claims.ts'
import { makeWebhookBench, type WebhookBench } from './bench.ts'

let bench: WebhookBench
beforeAll(async () => {
  bench = await makeWebhookBench()
})
afterAll(() => bench.stop())

claims(
  'webhook',
  () => bench,
  () => expect(bench.target.complaints).toEqual([]),
)
