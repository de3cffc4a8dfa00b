import { formatDuration } from '../../core/duration.ts'
import { askedFor } from '../approvers.ts'
import type { Draft } from '../draft.ts'
import type { Report } from '../report.ts'
import type { RuleEntry, TtlEntry } from '../schema/file.ts'
import { oneOf } from '../sentences.ts'
import { didYouMean } from '../suggest.ts'
import type { Path } from '../tree.ts'
import { ttlOf } from '../ttl.ts'

/** Each rule must make sense by itself. */
export function checkRules({ rules, breakGlass }: Draft, report: Report): void {
  for (const [name, rule] of rules.entries) {
    checkApproval(['rules', name], rule, report)
    checkPurpose(['rules', name], rule, report)
    checkTtl(['rules', name, 'ttl'], rule.ttl, report)
    const { max, max_total: most } = rule.ttl
    if (most !== undefined && most < max) {
      report.fault(['rules', name, 'ttl', 'max_total'], `must not be shorter than max, ${formatDuration(max)}`)
    }
  }
  for (const [name, { ttl }] of breakGlass.entries) checkTtl(['break_glass', name, 'ttl'], ttl, report)
}

function checkApproval(path: Path, { approval, approvers, quorum }: RuleEntry, report: Report): void {
  if (approval === 'people') {
    if (!approvers)
      report.fault([...path, 'approvers'], 'is missing: name groups that may approve, or write approval: none')
    const asked = askedFor(approvers)
    if (quorum !== undefined && quorum < asked)
      report.fault([...path, 'quorum'], `must not be smaller than ${asked}, what approvers asks for together`)
    return
  }
  const idle = 'has no meaning with approval: none, where nobody is asked: remove it, or write approval: people'
  if (approvers) report.fault([...path, 'approvers'], idle)
  if (quorum !== undefined) report.fault([...path, 'quorum'], idle)
}

function checkPurpose(path: Path, { purposes, default_purpose: usual }: RuleEntry, report: Report): void {
  if (usual === undefined || purposes.includes(usual)) return
  const hint = didYouMean(usual, purposes)
  report.fault([...path, 'default_purpose'], `must be one of purposes: ${oneOf(purposes)}${hint}`)
}

function checkTtl(path: Path, entry: TtlEntry, report: Report): void {
  const { minMs, defaultMs, maxMs } = ttlOf(entry)
  const [min, usual, max] = [minMs, defaultMs, maxMs].map(formatDuration)
  if (minMs > maxMs) report.fault(path, `min, ${min}, must not be longer than max, ${max}`)
  else if (defaultMs < minMs || defaultMs > maxMs) {
    report.fault([...path, 'default'], `${usual} must not be shorter than min, ${min}, nor longer than max, ${max}`)
  }
}
