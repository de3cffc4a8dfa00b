import type { Subject } from '../../core/ids.ts'
import { type Places, placesInWords } from '../../core/places.ts'
import { type Could, couldBeMet } from '../../core/quorum.ts'
import { partsOf, quorumOf } from '../approvers.ts'
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

/** What must agree: so many people, and so many of which group. */
interface Wanted {
  readonly path: readonly (string | number)[]
  readonly quorum: number
  readonly parts: readonly Places[]
}

/** Each part by itself first, so that the fault stands where too few are; only then all of them together. */
function checkRule(path: string[], rule: RuleEntry, draft: Draft, report: Report): void {
  const parts = partsOf(rule.approvers)
  const each = parts.map((part, index) => ({ path: [...path, index], quorum: part.atLeast, parts: [part] }))
  const short = each.filter((wanted) => !isReached(wanted, rule, draft, report))
  if (short.length === 0) isReached({ path, quorum: quorumOf(rule), parts }, rule, draft, report)
}

function isReached(wanted: Wanted, rule: RuleEntry, draft: Draft, report: Report): boolean {
  const names = wanted.parts.length > 0 ? wanted.parts.map(({ from }) => from) : namesIn(rule.approvers)
  const requesters = crowdOf(rule.requesters, draft)
  const approvers = crowdOf(names, draft)
  if (!requesters || !approvers) return true
  const { lonely, fewest } = shortage({ requesters, voices: voicesOf(names, draft), wanted }, draft)
  if (lonely.length === 0 && fewest === undefined) return true
  const [what, how] =
    wanted.parts.length > 0 ? [placesInWords(wanted.parts), ', each for one part,'] : [String(wanted.quorum), '']
  if (requesters.complete && approvers.complete) {
    const whom = lonely.join(', ')
    report.fault(
      wanted.path,
      `${what} must agree, but besides the requester fewer${how} can for ${whom}: name more approvers`,
    )
  } else {
    const sure = `only ${fewest ?? 0} besides the requester are sure to be there`
    report.finding(
      wanted.path,
      `${what} must agree, but ${sure}: see that the Slack user groups and on-call schedules have enough people`,
    )
  }
  return false
}

/** Different people, as far as the config can tell, each with the groups that he is in. */
function voicesOf(names: readonly string[], draft: Draft): ReadonlyMap<Subject, readonly string[]> {
  const voices = new Map<Subject, string[]>()
  for (const name of names) {
    for (const id of crowdOf([name], draft)?.members ?? []) {
      const subject = knownSubject(id, draft)
      if (subject !== undefined) voices.set(subject, [...(voices.get(subject) ?? []), name])
    }
  }
  return voices
}

interface Case {
  readonly requesters: Crowd
  readonly voices: ReadonlyMap<Subject, readonly string[]>
  readonly wanted: Wanted
}

/** Who may ask but has too few others to agree, and how many others the worst off has for certain. */
function shortage({ requesters, voices, wanted }: Case, draft: Draft) {
  const others = requesters.members.flatMap((id) => {
    const subject = knownSubject(id, draft)
    return subject === undefined ? [] : [{ id, could: groupsBesides(voices, subject) }]
  })
  const unknown = requesters.complete ? [] : worstWithout(voices)
  const short = others.filter(({ could }) => !isEnough(could, wanted))
  const lonely = short.map(({ id }) => id)
  const worst = [...short.map(({ could }) => could), ...unknown.filter((could) => !isEnough(could, wanted))]
  return { lonely, fewest: worst.length > 0 ? Math.min(...worst.map(({ length }) => length)) : undefined }
}

/** Somebody who is not known may be any of the approvers. */
function worstWithout(voices: ReadonlyMap<Subject, readonly string[]>): Could[] {
  return voices.size === 0 ? [[]] : [...voices.keys()].map((subject) => groupsBesides(voices, subject))
}

function groupsBesides(voices: ReadonlyMap<Subject, readonly string[]>, subject: Subject): Could {
  return [...voices].filter(([other]) => other !== subject).map(([, groups]) => groups)
}

function isEnough(could: Could, { quorum, parts }: Wanted): boolean {
  return couldBeMet({ quorum, needs: parts, approvers: [] }, could)
}
