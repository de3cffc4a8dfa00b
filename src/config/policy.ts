import { RE2JS } from 're2js'
import type {
  AccountNaming,
  BreakGlassRule,
  Entitlement,
  Escalation,
  Group,
  Policy,
  ReasonRule,
  Rule,
  SubjectNaming,
  Target,
} from '../core/policy.ts'
import { quorumOf } from './approvers.ts'
import type { Checked } from './checks/adapters.ts'
import { scheduleName, setupOf } from './schedules.ts'
import type {
  BreakGlassEntry,
  ConfigFile,
  EntitlementEntry,
  GroupEntry,
  PeopleSection,
  RuleEntry,
  TargetEntry,
} from './schema/file.ts'
import { ttlOf } from './ttl.ts'

const DAY_MS = 86_400_000

/** Turns a config without faults into what the core decides by. */
export function policyOf(file: ConfigFile, { definitions, access }: Checked): Policy {
  const groups = mapped(file.groups, groupOf)
  const named = (names: readonly string[] = []) => names.map((name) => groups.get(name)!)
  const rules = mapped(file.rules, (name, entry) => ruleOf(name, entry, named))
  const security = named(file.people.security)
  const breakGlass = mapped(file.break_glass ?? {}, (name, entry) => breakGlassOf(name, entry, { named, security }))
  const targets = mapped(file.targets, (name, entry) => targetOf(name, entry, noticeOf(definitions.get(name)!)))
  const entitlements = mapped(
    file.entitlements,
    (id, entry: EntitlementEntry): Entitlement => ({
      id,
      title: entry.title,
      target: targets.get(entry.target)!,
      access: access.get(id)!,
      rules: entry.rules.map((name) => rules.get(name)!),
      breakGlass: entry.break_glass === undefined ? undefined : breakGlass.get(entry.break_glass)!,
    }),
  )
  const { slack, people } = file
  return {
    command: slack.command,
    securityChannel: slack.security_channel,
    requestsChannel: slack.requests_channel,
    people: {
      subject: subjectOf(people),
      security,
      limits: { open: people.limits.open, perHour: people.limits.per_hour },
    },
    groups,
    targets,
    rules,
    breakGlass,
    entitlements,
  }
}

function mapped<Entry, Made>(
  entries: Record<string, Entry>,
  make: (name: string, entry: Entry) => Made,
): Map<string, Made> {
  return new Map(Object.entries(entries).map(([name, entry]) => [name, make(name, entry)]))
}

function groupOf(name: string, entry: GroupEntry): Group {
  const { members, slack_usergroup: id } = entry
  const setup = setupOf(entry)
  if (setup) return { name, source: { kind: 'schedule', schedule: scheduleName(setup) } }
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

type Named = (names?: readonly string[]) => Group[]

function ruleOf(name: string, entry: RuleEntry, named: Named): Rule {
  const { approval, limit, purposes, channel, remind, escalate = [] } = entry
  const { groups, needs } = approversOf(entry, named)
  return {
    name,
    requesters: named(entry.requesters),
    approval,
    approvers: groups,
    quorum: approval === 'none' ? 0 : quorumOf(entry),
    needs,
    limit: limit && { uses: limit.uses, perMs: limit.per },
    purposes,
    defaultPurpose: entry.default_purpose,
    reason: reasonOf(entry.reason),
    ttl: { ...ttlOf(entry.ttl), maxTotalMs: entry.ttl.max_total },
    lapseMs: entry.lapse,
    remindMs: remind,
    escalate: escalate.map((step) => stepOf(step, named)).sort((a, b) => a.afterMs - b.afterMs),
    channel,
  }
}

/** The groups that may approve, and how many of each must; none in the short form. */
function approversOf({ approvers = [] }: Pick<RuleEntry, 'approvers'>, named: Named) {
  const parts = approvers.map((part) => (typeof part === 'string' ? { from: part } : part))
  const groups = named(parts.map(({ from }) => from))
  const needs = parts.flatMap((part, index) =>
    'at_least' in part ? [{ from: groups[index]!, atLeast: part.at_least }] : [],
  )
  return { groups, needs }
}

function stepOf({ after, to, decide }: NonNullable<RuleEntry['escalate']>[number], named: Named): Escalation {
  const isChannel = (one: string) => /^[CG][A-Z0-9]+$/.test(one)
  const groupFor = (one: string) => (/^[UW][A-Z0-9]+$/.test(one) ? [personAlone(one)] : named([one]))
  return {
    afterMs: after,
    to: to.filter((one) => !isChannel(one)).flatMap(groupFor),
    channels: to.filter(isChannel),
    decide,
  }
}

/** A single person stands as a group of one. */
function personAlone(id: string): Group {
  return { name: id, source: { kind: 'members', members: [id] } }
}

function breakGlassOf(
  name: string,
  { requesters, reason, ttl, notify, review, alarm }: BreakGlassEntry,
  { named, security }: { readonly named: Named; readonly security: readonly Group[] },
): BreakGlassRule {
  return {
    name,
    requesters: named(requesters),
    reason: reasonOf(reason),
    ttl: ttlOf(ttl),
    notify: named(notify),
    review: review ? { by: named(review.by), withinMs: review.within } : { by: security, withinMs: DAY_MS },
    alarm: alarm && { uses: alarm.uses, perMs: alarm.per },
  }
}

function reasonOf({ min_length: minLength, hint, pattern: source }: RuleEntry['reason']): ReasonRule {
  if (source === undefined) return { minLength, hint, pattern: undefined }
  const compiled = RE2JS.compile(source)
  return { minLength, hint, pattern: { source, found: (text) => compiled.test(text) } }
}
