import type { BreakGlassRule, Group, Policy, Rule } from './policy.ts'

/** The groups that decide anything or are told of it, whose members can change while the bot runs; each once. */
export function watchedGroups(policy: Policy): readonly Group[] {
  const rules = [...policy.rules.values()].flatMap(groupsOfRule)
  const glass = [...policy.breakGlass.values()].flatMap(groupsOfGlass)
  const all = [...policy.people.security, ...rules, ...glass].filter(({ source }) => source.kind !== 'members')
  return [...new Map(all.map((group) => [group.name, group])).values()]
}

function groupsOfRule({ requesters, approvers, escalate }: Rule): readonly Group[] {
  return [...requesters, ...approvers, ...escalate.flatMap((step) => step.to)]
}

function groupsOfGlass({ requesters, notify, review }: BreakGlassRule): readonly Group[] {
  return [...requesters, ...notify, ...review.by]
}
