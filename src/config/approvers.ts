import type { RuleEntry } from './schema/file.ts'

/** How many must agree: as many as the parts ask for, unless it is said. */
export function quorumOf({ approvers = [], quorum }: Pick<RuleEntry, 'approvers' | 'quorum'>): number {
  const asked = approvers.reduce((sum: number, part) => sum + (typeof part === 'string' ? 0 : part.at_least), 0)
  return quorum ?? Math.max(1, asked)
}
