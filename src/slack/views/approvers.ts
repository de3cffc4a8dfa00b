import { decidingGroups } from '../../core/authority.ts'
import { formatDuration } from '../../core/duration.ts'
import { isPerson } from '../../core/escalating.ts'
import { assess } from '../../core/quorum.ts'
import type { Request } from '../../core/request.ts'
import type { ApproverTerms, GroupTerms, NeedTerms } from '../../core/terms.ts'
import { escaped, instantMark, mention, mentionGroup } from '../markup.ts'
import { onDuty } from './on-duty.ts'

/** More people than this are not called by name: their group's name stands for them. */
const MOST_CALLED = 5
/** So many groups, and later steps, are named: a card with all of a long list would not be posted at all. */
const MOST_NAMED = 5
const MOST_STEPS = 3

/** Who may approve, called by mention: a user group, or a few people. Never the requester. Later steps call nobody yet. */
export function whoMayApprove(request: Request, now: number): string {
  const [first, ...later] = request.terms.approvers
  if (!first) return ''
  const after = later
    .slice(0, MOST_STEPS)
    .map((step) => `; ${fromWhen(request, step, now)} also ${namesOf(step.groups)}`)
  const more = later.length > MOST_STEPS ? '; others later' : ''
  return `${firstCalled(request, first)}${after.join('')}${more}`
}

/** Where it matters of which groups they are: how many of each. */
function firstCalled(request: Request, { groups }: ApproverTerms): string {
  const { needs = [] } = request.terms
  if (needs.length === 0) return called(groups, request)
  const part = ({ from, atLeast }: NeedTerms) => {
    const group = groups.filter(({ name }) => name === from)
    const who = called(group, request)
    return `${atLeast} of ${escaped(from)}${who === escaped(from) || who === '' ? '' : ` (${who})`}`
  }
  const more = needs.length > MOST_NAMED ? ` and ${needs.length - MOST_NAMED} more` : ''
  return `${needs.slice(0, MOST_NAMED).map(part).join(' and ')}${more}`
}

/** For whom it waits: the groups of which somebody is still missing, or else all who may approve now. In names only. */
export function waitsFor(request: Request, now: number): string {
  const { missing, between } = assess(request)
  return missing.length > 0 ? missing.map(escaped).join(` ${between} `) : approverNames(request, now)
}

function fromWhen(request: Request, { afterMs }: ApproverTerms, now: number): string {
  const at = request.openedAt + afterMs
  if (at <= now) return `since ${instantMark(at)}`
  return afterMs <= request.escalatedMs ? 'now' : `after ${formatDuration(afterMs)}`
}

/** Who may approve now, in names only, which call nobody. */
export function approverNames(request: Request, now: number): string {
  return namesOf(decidingGroups(request, now))
}

/** People of these groups by mention, or their user group, or who is on call; without the requester. */
export function called(groups: readonly GroupTerms[], request: Request, most = MOST_CALLED): string {
  const members = new Set(groups.flatMap((group) => group.members ?? []))
  members.delete(request.terms.requester)
  const people = members.size <= most ? [...members].map(mention) : namedGroups(groups)
  const usergroups = groups.flatMap(({ usergroup }) => (usergroup === null ? [] : [mentionGroup(usergroup)]))
  const schedules = groups.filter(({ schedule }) => schedule !== undefined).map((group) => onDuty(group, request))
  return listed([...new Set([...usergroups, ...people, ...schedules])])
}

function namedGroups(groups: readonly GroupTerms[]): string[] {
  return groups.filter((group) => group.members !== null).map((group) => mention(group.name))
}

/** A person who stands there himself is not named: that would call him. */
function namesOf(groups: readonly GroupTerms[]): string {
  return listed([...new Set(groups.map(({ name }) => (isPerson(name) ? 'another person' : escaped(name))))])
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ')
}
