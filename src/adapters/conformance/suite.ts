import type { Bench } from './bench.ts'
import type { Check } from './check.ts'
import { answers } from './checks/answers.ts'
import { deadlines } from './checks/deadlines.ts'
import { names } from './checks/names.ts'
import { ordinary } from './checks/ordinary.ts'

export type { Bench, Mischief, Place, Way } from './bench.ts'
export type { Check } from './check.ts'

/** What every adapter must do, as claims that any test runner can try one by one. The bot never loads this. */
export const CHECKS: readonly Check[] = [...ordinary, ...names, ...deadlines, ...answers]

/** What came of one check. */
export type Verdict =
  | { readonly name: string; readonly outcome: 'kept' }
  | { readonly name: string; readonly outcome: 'does not apply'; readonly why: string }
  | { readonly name: string; readonly outcome: 'broken'; readonly error: unknown }

/** Tries every check in turn. */
export async function tryAll(bench: Bench, checks: readonly Check[] = CHECKS): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const check of checks) verdicts.push(await tryOne(bench, check))
  return verdicts
}

async function tryOne(bench: Bench, check: Check): Promise<Verdict> {
  const { name } = check
  const why = check.doesNotApply(bench)
  if (why !== undefined) return { name, outcome: 'does not apply', why }
  try {
    await check.run(bench)
    return { name, outcome: 'kept' }
  } catch (error) {
    return { name, outcome: 'broken', error }
  }
}

/** One line about one check, to print. */
export function sayVerdict(verdict: Verdict): string {
  const { name, outcome } = verdict
  if (outcome === 'does not apply') return `does not apply: ${name} (${verdict.why})`
  if (outcome === 'kept') return `kept: ${name}`
  return `BROKEN: ${name}: ${verdict.error instanceof Error ? verdict.error.message : String(verdict.error)}`
}
