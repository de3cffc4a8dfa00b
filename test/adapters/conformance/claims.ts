import { afterAll, it } from 'vitest'
import { type Bench, CHECKS, sayVerdict } from '../../../src/adapters/conformance/suite.ts'

/** Some checks start hundreds of processes. */
const MOST_MS = 180_000

/** One test for each check of the suite. What does not apply to this kind of target is printed. */
export function claims(kind: string, bench: () => Bench, afterwards: () => void = () => {}): void {
  const unfit: string[] = []
  for (const check of CHECKS) {
    const claim = async () => {
      const why = check.doesNotApply(bench())
      if (why === undefined) await check.run(bench())
      else unfit.push(sayVerdict({ name: check.name, outcome: 'does not apply', why }))
      afterwards()
    }
    it(check.name, claim, MOST_MS)
  }
  afterAll(() => {
    for (const line of unfit) console.info(`${kind}: ${line}`)
  })
}
