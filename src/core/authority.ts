import type { SlackId, Subject } from './ids.ts'
import type { Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'
import type { GroupTerms } from './terms.ts'

/** Members of Slack user groups, by group name, as they were looked up for this decision. */
export type CurrentMembers = ReadonlyMap<string, readonly SlackId[]>

export interface Decider {
  readonly id: SlackId
  readonly subject: Subject
}

/**
 * Whether somebody may decide about a request. Membership of a Slack user group must hold now and must have held when
 * the request was opened, so that nobody is let in by an edit of the group; of a static group, in the config.
 */
export function mayDecide(request: Request, by: Decider, current: CurrentMembers, now: number): Result<true> {
  if (by.subject === request.terms.subject || by.id === request.terms.requester) {
    return refuse('self-approval', 'You asked for this yourself: somebody else must decide.')
  }
  const groups = decidingGroups(request, now)
  if (decidesBy(request, by.id, current, now).length > 0) return accept(true)
  return groups.some((group) => isMember(group, by.id, current))
    ? refuse('joined-later', 'You joined the approvers after this was asked: somebody who was one before must decide.')
    : refuse('not-an-approver', 'You are not one of the approvers of this request.')
}

/** The groups that may decide at this instant; escalation steps join when their time has come, or when they were told. */
export function decidingGroups(request: Request, now: number): readonly GroupTerms[] {
  const elapsed = Math.max(now - request.openedAt, request.escalatedMs)
  return request.terms.approvers.filter((step) => step.afterMs <= elapsed).flatMap((step) => step.groups)
}

/** The names of the deciding groups that somebody is in, and by which he may decide. */
export function decidesBy(request: Request, id: SlackId, current: CurrentMembers, now: number): readonly string[] {
  const groups = decidingGroups(request, now)
  return groups.filter((group) => isMember(group, id, current) && wasMember(group, id, request)).map(({ name }) => name)
}

function isMember(group: GroupTerms, id: SlackId, current: CurrentMembers): boolean {
  return (group.members ?? current.get(group.name) ?? []).includes(id)
}

/** Who is on call changes, so only the present counts for a schedule. */
function wasMember(group: GroupTerms, id: SlackId, request: Request): boolean {
  if (group.schedule !== undefined) return true
  const atOpening = Object.hasOwn(request.membersAtOpening, group.name) ? request.membersAtOpening[group.name] : []
  return (group.members ?? atOpening ?? []).includes(id)
}
