import type { Reporter } from 'vitest/node'

/** Ends every run with `N passed, N failed` alone on a line, for those who read logs by machine. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandled) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const count = (state: string) => states.filter((one) => one === state).length
    const unloaded = modules.filter((module) => module.errors().length > 0).length
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : ''
    console.log(`${count('passed')} passed, ${count('failed') + unloaded + unhandled.length} failed${skipped}`)
  },
}
