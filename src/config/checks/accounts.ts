import type { Draft } from '../draft.ts'
import type { Report } from '../report.ts'
import type { PeopleSection, TargetEntry } from '../schema/file.ts'

/** Every human must have one name, and no two humans one account on a target. */
export function checkAccounts(draft: Draft, report: Report): void {
  const people = draft.people.entry
  if (people) checkSubject(people, report)
  if (people) checkMembers(draft, people, report)
  for (const [name, { account }] of draft.targets.entries) {
    const path = ['targets', name, 'account']
    if (typeof account === 'object') checkOwners([...path, 'map'], account.map, report)
    if (people && typeof account === 'object') checkSubjects([...path, 'map'], account.map, people, report)
    if (people && account === 'local_part') checkLocalPart(path, people, report)
  }
}

function checkSubject({ subject, email_domains: domains }: PeopleSection, report: Report): void {
  if (subject === 'email' && !domains) {
    report.fault(
      ['people', 'email_domains'],
      'is missing: with subject: email, say whose addresses count: [example.com]',
    )
  }
  if (subject !== 'email' && domains) report.finding(['people', 'email_domains'], 'counts only with subject: email')
}

/** A member of a group whom the map of subjects does not know can neither ask nor decide. */
function checkMembers({ groups }: Draft, { subject }: PeopleSection, report: Report): void {
  if (typeof subject !== 'object') return
  for (const [name, { members }] of groups.entries) {
    members?.forEach((id, index) => {
      if (Object.hasOwn(subject.map, id)) return
      report.finding(['groups', name, 'members', index], `${id} is not in people.subject.map, so counts as nobody`)
    })
  }
}

function checkLocalPart(path: string[], { subject, email_domains: domains }: PeopleSection, report: Report): void {
  if (subject !== 'email') report.fault(path, 'local_part needs people.subject: email')
  else if (domains && domains.length > 1) {
    report.fault(path, 'local_part needs exactly one e-mail domain: people of two could share an account; write a map')
  }
}

type AccountMap = Exclude<TargetEntry['account'], string>['map']

function checkOwners(path: string[], map: AccountMap, report: Report): void {
  const owners = new Map<string, string>()
  for (const [subject, account] of Object.entries(map)) {
    const owner = owners.get(account)
    if (owner === undefined) owners.set(account, subject)
    else report.fault([...path, subject], `${owner} has this account already: two people cannot share one`)
  }
}

function checkSubjects(path: string[], map: AccountMap, people: PeopleSection, report: Report): void {
  for (const subject of Object.keys(map)) {
    const stranger = whyNobody(subject, people)
    if (stranger) report.fault([...path, subject], stranger, 'key')
  }
}

/** Why nobody can have this subject. */
function whyNobody(written: string, { subject, email_domains: domains }: PeopleSection): string | undefined {
  if (subject === 'slack_id') return /^[UW][A-Z0-9]+$/.test(written) ? undefined : 'must be a Slack member id'
  if (typeof subject === 'object') {
    return Object.values(subject.map).includes(written) ? undefined : 'is no subject of people.subject.map'
  }
  if (written !== written.toLowerCase()) return 'must be in lower case, as e-mail addresses are compared'
  const domain = written.slice(written.lastIndexOf('@') + 1)
  return domains && !domains.includes(domain) ? `must be an address of ${domains.join(', ')}` : undefined
}
