import type { WebClient } from '@slack/web-api'
import type { SlackId, Subject } from '../../core/ids.ts'
import { examine, membersIn, partiesOf, type Town } from '../../core/liveness.ts'
import type { Person } from '../../core/person.ts'
import { accountOf, type Group, type Policy, type Target } from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import { reaches } from '../reaches.ts'
import { patiently } from './patient.ts'

/** More people than this are a number. */
const MOST_NAMED = 5

interface Reaching extends Omit<Town, 'reached'> {
  readonly client: WebClient
  readonly policy: Policy
  /** Told how far it is. */
  tell(progress: string): void
}

/** Whether a direct message reaches those who decide or review; whoever Slack does not tell about is left out. */
export async function reachAll({ client, policy, members, known, tell }: Reaching): Promise<Town['reached']> {
  const ids = new Set(partiesOf(policy).answer.flatMap((group) => membersIn(group, members)))
  const reached = new Map<SlackId, boolean>()
  for (const id of [...ids].filter((one) => known.get(one)?.ok)) {
    tell(`Asking Slack whom a message reaches: ${reached.size} of ${ids.size}`)
    const found = await patiently(() => reaches(client, id)).catch(() => undefined)
    if (found !== undefined) reached.set(id, found)
  }
  return reached
}

/**
 * Whether every entitlement can be had on the night that it matters: somebody may ask, enough others can agree, and the
 * target has an account for who asks.
 */
export function surveyReach(policy: Policy, town: Town): readonly Remark[] {
  const { found, unknown } = examine(policy, town)
  const remarks = [
    ...found.map(({ where, what, fix }): Remark => ({ level: 'finding', where, what, fix })),
    ...untold(policy, town),
    ...[...policy.targets.values()].flatMap((target) => surveyAccounts(target, policy, town)),
  ]
  const sure = remarks.length === 0 && unknown.length === 0
  return sure ? [well('entitlements', 'each can be asked for and approved by enough others')] : remarks
}

/** Whoever Slack does not tell about may be reached, or not. */
function untold(policy: Policy, town: Town): Remark[] {
  const people = peopleOf(partiesOf(policy).answer, town).filter(({ id }) => !town.reached.has(id))
  if (people.length === 0) return []
  const names = people.slice(0, MOST_NAMED).map(({ id, name }) => `${id} (${name})`)
  const more = people.length > MOST_NAMED ? ` and ${people.length - MOST_NAMED} more` : ''
  const what = `Slack does not tell whether a direct message reaches ${names.join(', ')}${more}, so nobody can say whether enough approvers are there`
  return [{ level: 'finding', where: 'entitlements', what, fix: 'Check again in a few minutes.' }]
}

/** People who count as somebody, as far as the members of their groups are known. */
function peopleOf(groups: readonly Group[], { members, known }: Town): readonly Person[] {
  const ids = new Set(groups.flatMap((group) => membersIn(group, members)))
  return [...ids].flatMap((id) => {
    const found = known.get(id)
    return found?.ok ? [found.value] : []
  })
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
