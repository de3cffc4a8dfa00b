import { defineConfig } from 'vitest/config'

/** Proofs that take minutes: `npm run test:long`, or `npm run test:long -- test/slack` for some of them. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
})
