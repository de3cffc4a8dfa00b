import type { TtlRule } from '../core/policy.ts'
import type { TtlEntry } from './schema/file.ts'

const USUAL_MS = 15 * 60_000

/** The lengths of a rule. A default that is not written is 15 minutes, or as near to it as min and max allow. */
export function ttlOf({ min, max, ...written }: TtlEntry): TtlRule {
  const usual = Math.min(Math.max(USUAL_MS, min), max)
  return { minMs: min, defaultMs: written.default ?? usual, maxMs: max }
}
