import type { RuleEntry } from './schema/file.ts'

/** How many must agree: as many as the parts ask for, unless it is said. */
export function quorumOf({ approvers, quorum }: Pick<RuleEntry, 'approvers' | 'quorum'>): number {
  return quorum ?? Math.max(1, askedFor(approvers))
}

/** What the parts ask for together; 0 in the short form. */
export function askedFor(approvers: RuleEntry['approvers']): number {
  return partsOf(approvers).reduce((sum, { atLeast }) => sum + atLeast, 0)
}

/** How many of which group must agree; none in the short form. */
export function partsOf(approvers: RuleEntry['approvers'] = []): { readonly from: string; readonly atLeast: number }[] {
  return approvers.flatMap((part) => (typeof part === 'string' ? [] : [{ from: part.from, atLeast: part.at_least }]))
}
