import { quorumOf } from '../approvers.ts'
import type { Draft } from '../draft.ts'
import type { Report } from '../report.ts'
import type { RuleEntry } from '../schema/file.ts'
import { type Crowd, crowdOf, knownSubject, namesIn } from './crowd.ts'

/** For each person who may ask, enough others must be able to agree: better to know before the night it matters. */
export function checkQuorum(draft: Draft, report: Report): void {
  for (const [name, rule] of draft.rules.entries) {
    if (rule.approval === 'people' && rule.approvers) checkRule(['rules', name, 'approvers'], rule, draft, report)
  }
}

function checkRule(path: string[], rule: RuleEntry, draft: Draft, report: Report): void {
  const requesters = crowdOf(rule.requesters, draft)
  const approvers = crowdOf(namesIn(rule.approvers), draft)
  if (!requesters || !approvers) return
  const quorum = quorumOf(rule)
  const { lonely, fewest } = shortage(requesters, approvers, quorum, draft)
  if (fewest >= quorum) return
  if (requesters.complete && approvers.complete) {
    const whom = lonely.join(', ')
    report.fault(path, `${quorum} must agree, but besides the requester fewer can for ${whom}: name more approvers`)
  } else {
    const sure = `only ${fewest} besides the requester are sure to be there`
    report.finding(path, `${quorum} must agree, but ${sure}: see that the Slack user groups have enough members`)
  }
}

/** Who may ask but has too few others to agree, and how many others the worst off has for certain. */
function shortage(requesters: Crowd, approvers: Crowd, quorum: number, draft: Draft) {
  const voices = new Set(approvers.members.flatMap((id) => knownSubject(id, draft) ?? []))
  const others = requesters.members.flatMap((id) => {
    const subject = knownSubject(id, draft)
    return subject === undefined ? [] : [{ id, count: voices.size - (voices.has(subject) ? 1 : 0) }]
  })
  const unknown = requesters.complete ? [] : [Math.max(0, voices.size - 1)]
  const lonely = others.filter(({ count }) => count < quorum).map(({ id }) => id)
  return { lonely, fewest: Math.min(...others.map(({ count }) => count), ...unknown) }
}
