import type { SlackId } from '../../core/ids.ts'
import type { Request } from '../../core/request.ts'
import type { GroupTerms } from '../../core/terms.ts'
import { escaped, instantMark, mention } from '../markup.ts'

/** What people call the kinds of schedule. */
const KINDS: Readonly<Record<string, string>> = { pagerduty: 'PagerDuty', opsgenie: 'Opsgenie' }

/** More people than this are not called by name. */
const MOST_CALLED = 5

/**
 * Who was on call when it was asked, by mention: `oncall (PagerDuty): @Lee as of 03:01`. It may be another person by now,
 * so the time stands beside it. Never the requester. One that was silent then is said to be.
 */
export function onDuty(group: GroupTerms, request: Pick<Request, 'membersAtOpening' | 'knownAt' | 'terms'>): string {
  const title = `${escaped(group.name)} (${KINDS[group.schedule?.split(' ')[0] ?? ''] ?? 'on call'})`
  const at = own(request.knownAt, group.name)
  const members = (own(request.membersAtOpening, group.name) ?? []).filter((id) => id !== request.terms.requester)
  if (at === undefined) return `${title} does not answer`
  if (members.length > MOST_CALLED) return title
  return `${title}: ${namesOf(members)} as of ${instantMark(at)}`
}

function namesOf(members: readonly SlackId[]): string {
  return members.length > 0 ? members.map(mention).join(' and ') : 'nobody else'
}

function own<Value>(entries: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined
}
