import type { Subject } from '../../core/ids.ts'
import type { Person } from '../../core/person.ts'
import {
  accountOf,
  decidersOf,
  type Entitlement,
  type Group,
  type Policy,
  type Rule,
  type Target,
} from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import type { Known } from './people.ts'
import type { Members } from './usergroups.ts'

interface Town {
  readonly members: Members
  readonly known: Known
}

/**
 * Whether every entitlement can be had on the night that it matters: somebody may ask, enough others can agree, and the
 * target has an account for who asks.
 */
export function surveyReach(policy: Policy, members: Members, known: Known): readonly Remark[] {
  const town = { members, known }
  const used = new Set([...policy.entitlements.values()].flatMap(({ rules }) => rules))
  const remarks = [
    ...[...used].flatMap((rule) => surveyQuorum(rule, town)),
    ...[...policy.entitlements.values()].flatMap((entitlement) => surveyUse(entitlement, town)),
    ...[...policy.targets.values()].flatMap((target) => surveyAccounts(target, policy, town)),
  ]
  return remarks.length > 0 ? remarks : [well('entitlements', 'each can be asked for and approved by enough others')]
}

/** People who count as somebody, and whether the members of all groups are known. */
function peopleOf(groups: readonly Group[], { members, known }: Town): readonly Person[] {
  const ids = new Set(groups.flatMap(({ name }) => members.get(name) ?? []))
  return [...ids].flatMap((id) => {
    const found = known.get(id)
    return found?.ok ? [found.value] : []
  })
}

/** How many others can agree to what somebody asks. */
function othersFor({ subject }: Person, approvers: readonly Person[]): number {
  const voices = new Set(approvers.map((approver) => approver.subject))
  voices.delete(subject)
  return voices.size
}

function lonelyUnder(rule: Rule, town: Town): readonly Person[] {
  if (rule.approval === 'none') return []
  const approvers = peopleOf(decidersOf(rule), town)
  return peopleOf(rule.requesters, town).filter((person) => othersFor(person, approvers) < rule.quorum)
}

function surveyQuorum(rule: Rule, town: Town): Remark[] {
  const lonely = lonelyUnder(rule, town)
  if (lonely.length === 0) return []
  const must =
    rule.quorum === 1 ? 'somebody else must agree, but nobody' : `${rule.quorum} others must agree, but fewer`
  return [
    {
      level: 'finding',
      where: `rules.${rule.name}.approvers`,
      what: `${must} can for ${namesOf(lonely)}`,
      fix: `Name more approvers, or put more people into ${decidersOf(rule)
        .map(({ name }) => name)
        .join(', ')}.`,
    },
  ]
}

function surveyUse({ id, rules }: Entitlement, town: Town): Remark[] {
  const where = `entitlements.${id}`
  const asking = rules.flatMap((rule) => peopleOf(rule.requesters, town))
  if (asking.length === 0) {
    return [
      { level: 'finding', where, what: 'nobody can ask for it', fix: 'Put people into the requesters of its rules.' },
    ]
  }
  const getting = rules.flatMap((rule) =>
    peopleOf(rule.requesters, town).filter((one) => !lonelyUnder(rule, town).includes(one)),
  )
  if (getting.length > 0) return []
  return [{ level: 'finding', where, what: 'some can ask for it, but nobody can get it: see its rules', fix: null }]
}

function surveyAccounts(target: Target, { entitlements }: Policy, town: Town): Remark[] {
  const rules = [...entitlements.values()].filter((one) => one.target === target).flatMap((one) => one.rules)
  const subjects = new Set(rules.flatMap((rule) => peopleOf(rule.requesters, town)).map(({ subject }) => subject))
  const owners = Map.groupBy(subjects, (subject) => accountOf(subject, target.account))
  const where = `targets.${target.name}.account`
  const without = owners.get(undefined) ?? []
  const shared = [...owners].filter(([account, owning]) => account !== undefined && owning.length > 1)
  return [
    ...(without.length === 0 ? [] : [noAccount(where, without)]),
    ...shared.map(([account, owning]): Remark => {
      const what = `${owning.join(' and ')} would share the account ${account}`
      return { level: 'fault', where, what, fix: 'Give each an account of his own, by a map.' }
    }),
  ]
}

function noAccount(where: string, subjects: readonly Subject[]): Remark {
  const what = `${subjects.join(', ')} may ask, but the target knows no account for them`
  return { level: 'finding', where, what, fix: 'Name their accounts in the map, or take them out of the requesters.' }
}

function namesOf(people: readonly Person[]): string {
  return people.map(({ id, name }) => `${id} (${name})`).join(', ')
}
