import type { Bench, Mischief } from './bench.ts'
import { Probe } from './probe.ts'

/** One claim about every adapter. */
export interface Check {
  readonly name: string
  /** Why it says nothing about this kind of target; `undefined`: it applies. */
  doesNotApply(bench: Bench): string | undefined
  /** @throws {Error} with a sentence that says what the adapter did, when the claim does not hold */
  run(bench: Bench): Promise<void>
}

/** A check that every target can take. */
export function check(
  name: string,
  run: (probe: Probe) => Promise<void>,
  unless: Check['doesNotApply'] = never,
): Check {
  return {
    name,
    doesNotApply: unless,
    run: async (bench) => {
      try {
        await run(await Probe.on(bench))
      } finally {
        await bench.heal()
      }
    },
  }
}

/** A check for targets that can misbehave in this manner. */
export function checkDuring(mischief: Mischief, name: string, run: (probe: Probe) => Promise<void>): Check {
  return check(name, run, ({ ways }) => {
    const known = ways[mischief]
    return typeof known === 'string' ? known : undefined
  })
}

function never(): undefined {
  return undefined
}
