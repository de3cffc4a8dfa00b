import { formatDuration } from '../../core/duration.ts'
import type { Draft } from '../draft.ts'
import type { Report } from '../report.ts'
import type { BreakGlassEntry } from '../schema/file.ts'
import { ttlOf } from '../ttl.ts'
import { crowdOf, knownSubject } from './crowd.ts'

const DAY_MS = 86_400_000

/** What breaking the glass owes must be possible: better to know before the night it matters. */
export function checkGlass(draft: Draft, report: Report): void {
  for (const [name, rule] of draft.breakGlass.entries) {
    const path = ['break_glass', name]
    if (draft.rules.written?.has(name))
      report.fault(
        path,
        'a rule has this name already, and uses are counted by name: call one of them otherwise',
        'key',
      )
    checkTime(path, rule, report)
    checkReviewers(path, rule, draft, report)
    checkReason(name, rule, draft, report)
  }
}

function checkTime(path: string[], { ttl, review }: BreakGlassEntry, report: Report): void {
  const within = review?.within ?? DAY_MS
  const { maxMs } = ttlOf(ttl)
  if (within > maxMs) return
  const most = `access lasts up to ${formatDuration(maxMs)}, and is reviewed when it is over`
  report.fault(
    [...path, ...(review ? ['review', 'within'] : ['ttl'])],
    `${formatDuration(within)} is too short: ${most}`,
  )
}

/** Worth knowing: it would be less work to break the glass than to ask. */
function checkReason(name: string, { reason }: BreakGlassEntry, { entitlements, rules }: Draft, report: Report): void {
  const path = ['break_glass', name, 'reason', 'min_length']
  for (const [id, entitlement] of entitlements.entries) {
    if (entitlement.break_glass !== name) continue
    for (const usual of entitlement.rules) {
      const least = rules.entries.get(usual)?.reason.min_length ?? 0
      if (reason.min_length >= least) continue
      const what = `${usual}, an ordinary rule of ${id}, asks for ${least}`
      report.finding(path, `${reason.min_length} is less than what it takes to ask: ${what}`)
    }
  }
}

/** Nobody reviews himself; the security people may review everything. */
function checkReviewers(path: string[], { requesters, review }: BreakGlassEntry, draft: Draft, report: Report): void {
  const breaking = crowdOf(requesters, draft)
  const reviewing = crowdOf([...(review?.by ?? []), ...(draft.people.entry?.security ?? [])], draft)
  if (!breaking || !reviewing?.complete) return
  const voices = new Set(reviewing.members.flatMap((id) => knownSubject(id, draft) ?? []))
  const alone = breaking.members.filter((id) => {
    const subject = knownSubject(id, draft)
    return subject !== undefined && [...voices].every((voice) => voice === subject)
  })
  if (alone.length === 0) return
  const where = review ? [...path, 'review', 'by'] : path
  report.fault(where, `nobody else could review what ${alone.join(', ')} did: name more reviewers`)
}
