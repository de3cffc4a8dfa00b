import { RE2JS } from 're2js'
import type {
  AccountNaming,
  Entitlement,
  Group,
  Policy,
  ReasonRule,
  Rule,
  SubjectNaming,
  Target,
} from '../core/policy.ts'
import type { Checked } from './checks/adapters.ts'
import type { ConfigFile, EntitlementEntry, GroupEntry, PeopleSection, RuleEntry, TargetEntry } from './schema/file.ts'
import { ttlOf } from './ttl.ts'

/** Turns a config without faults into what the core decides by. */
export function policyOf(file: ConfigFile, { definitions, access }: Checked): Policy {
  const groups = mapped(file.groups, groupOf)
  const named = (names: readonly string[] = []) => names.map((name) => groups.get(name)!)
  const rules = mapped(file.rules, (name, entry) => ruleOf(name, entry, named))
  const targets = mapped(file.targets, (name, entry) => targetOf(name, entry, noticeOf(definitions.get(name)!)))
  const entitlements = mapped(
    file.entitlements,
    (id, entry: EntitlementEntry): Entitlement => ({
      id,
      title: entry.title,
      target: targets.get(entry.target)!,
      access: access.get(id)!,
      rules: entry.rules.map((name) => rules.get(name)!),
    }),
  )
  const { slack, people } = file
  return {
    command: slack.command,
    securityChannel: slack.security_channel,
    requestsChannel: slack.requests_channel,
    people: {
      subject: subjectOf(people),
      security: named(people.security),
      limits: { open: people.limits.open, perHour: people.limits.per_hour },
    },
    groups,
    targets,
    rules,
    entitlements,
  }
}

function mapped<Entry, Made>(
  entries: Record<string, Entry>,
  make: (name: string, entry: Entry) => Made,
): Map<string, Made> {
  return new Map(Object.entries(entries).map(([name, entry]) => [name, make(name, entry)]))
}

function groupOf(name: string, { members, slack_usergroup: id }: GroupEntry): Group {
  return { name, source: id === undefined ? { kind: 'members', members: members ?? [] } : { kind: 'usergroup', id } }
}

function subjectOf({ subject, email_domains: domains }: PeopleSection): SubjectNaming {
  if (subject === 'email') return { kind: 'email', domains: domains ?? [] }
  return subject === 'slack_id' ? { kind: 'slack_id' } : { kind: 'map', map: subject.map }
}

function targetOf(name: string, entry: TargetEntry, notice: string | undefined): Target {
  const { account, timeout, quiet, concurrency } = entry
  const naming: AccountNaming = typeof account === 'string' ? { kind: account } : { kind: 'map', map: account.map }
  return { name, account: naming, timeoutMs: timeout, quietMs: quiet, concurrency, notice }
}

function noticeOf({
  residual,
  notice,
}: {
  residual: string | undefined
  notice: string | undefined
}): string | undefined {
  return [residual, notice].filter(Boolean).join(' ') || undefined
}

function ruleOf(name: string, entry: RuleEntry, named: (names?: readonly string[]) => Group[]): Rule {
  const { approval, limit, purposes, channel, escalate = [] } = entry
  return {
    name,
    requesters: named(entry.requesters),
    approval,
    approvers: named(entry.approvers),
    quorum: approval === 'none' ? 0 : (entry.quorum ?? 1),
    limit: limit && { uses: limit.uses, perMs: limit.per },
    purposes,
    defaultPurpose: entry.default_purpose,
    reason: reasonOf(entry.reason),
    ttl: { ...ttlOf(entry.ttl), maxTotalMs: entry.ttl.max_total },
    lapseMs: entry.lapse,
    escalate: escalate.map(({ after, to, decide }) => ({ afterMs: after, to: named(to), decide })),
    channel,
  }
}

function reasonOf({ min_length: minLength, hint, pattern: source }: RuleEntry['reason']): ReasonRule {
  if (source === undefined) return { minLength, hint, pattern: undefined }
  const compiled = RE2JS.compile(source)
  return { minLength, hint, pattern: { source, found: (text) => compiled.test(text) } }
}
