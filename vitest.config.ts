import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'
import { SlowFirst } from './test/support/slow-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    globalSetup: 'test/support/in-memory.ts',
    reporters: ['default', closingLine],
    sequence: { sequencer: SlowFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    isolate: false, // else a fifth of the work is to load the same modules for each file
    restoreMocks: true,
    maxWorkers: 5, // on 2 cores: many tests wait for an end, or for a process
  },
})
