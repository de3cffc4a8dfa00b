import { afterAll, beforeAll, expect } from 'vitest'
import { claims } from '../conformance/claims.ts'
import { type CommandBench, makeCommandBench } from './bench.ts'

let bench: CommandBench
beforeAll(async () => {
  bench = await makeCommandBench()
})
afterAll(async () => {
  expect(await bench.complaints()).toBe('')
  await bench.stop()
})

claims('command', () => bench)
