import type { SlackId } from '../../core/ids.ts'
import type { Group, Policy } from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import type { People, Schedules } from '../../operations/ports.ts'
import type { Members } from './usergroups.ts'

interface Asked {
  readonly remarks: readonly Remark[]
  /** Who is on call, by the name of the group. */
  readonly members: Members
}

/** Whether the on-call schedules answer, and Slack knows who is on call. */
export async function surveySchedules(schedules: Schedules, people: People, { groups }: Policy): Promise<Asked> {
  const remarks: Remark[] = []
  const members = new Map<string, readonly SlackId[]>()
  for (const group of [...groups.values()].filter(({ source }) => source.kind === 'schedule')) {
    const where = `groups.${group.name}`
    try {
      const named = await schedules.onCall(group.name)
      const found = await people.members(group, 'now')
      if (!found.ok) throw new Error(found.refusal.sentence)
      members.set(group.name, found.value)
      remarks.push(judge(group, named, found.value))
    } catch (error) {
      const what = error instanceof Error ? error.message : 'the on-call schedule cannot be read'
      const fix =
        'See that the schedule is the right one, and that its token may read it. Until then its group is nobody.'
      remarks.push({ level: 'fault', where, what, fix })
    }
  }
  return { remarks, members }
}

function judge({ name, source }: Group, named: readonly string[], ids: readonly SlackId[]): Remark {
  const where = `groups.${name}`
  const schedule = source.kind === 'schedule' ? source.schedule : name
  if (named.length === 0)
    return { level: 'finding', where, what: `nobody is on call in ${schedule} now`, fix: 'See that it has no gap.' }
  if (ids.length < named.length) {
    const what = `${named.length} are on call in ${schedule}, but Slack knows ${ids.length} of them`
    return { level: 'finding', where, what, fix: 'Use the same e-mail addresses in both.' }
  }
  return well(where, `${schedule} says who is on call: ${ids.join(', ')}`)
}
