import type { SlackId, Subject } from './ids.ts'
import type { Person } from './person.ts'
import { type BreakGlassRule, decidersOf, type Entitlement, type Group, type Policy, type Rule } from './policy.ts'
import { type Could, couldBeMet, mustAgree, placesOf } from './quorum.ts'
import type { Result } from './result.ts'

/** What is known of people at one time. Whatever is missing could not be looked up. */
export interface Town {
  /** Members by the group's name. */
  readonly members: ReadonlyMap<string, readonly SlackId[]>
  readonly known: ReadonlyMap<SlackId, Result<Person>>
  /** Whether a direct message reaches those who decide and review. */
  readonly reached: ReadonlyMap<SlackId, boolean>
}

/** Somebody who may ask could not be helped. */
export interface Weakness {
  /** The key of the config that it is about. */
  readonly where: string
  readonly what: string
  /** What to do about it. */
  readonly fix: string | null
  /** Whom it is about, by id, or by the schedule that put him there; the same again is no news. */
  readonly about: readonly string[]
}

export interface Liveness {
  readonly found: readonly Weakness[]
  /** Keys of which nothing can be said, because a look-up failed. */
  readonly unknown: readonly string[]
}

/** More people than this are a number. */
const MOST_NAMED = 5

/** Whether everything can be had on the night that it matters: somebody may ask, and enough others agree or review. */
export function examine(policy: Policy, town: Town): Liveness {
  const reports = [
    ...usedRules(policy).flatMap((rule) => [askersOf(`rules.${rule.name}`, rule, town), agreeing(rule, town)]),
    ...[...policy.entitlements.values()].map((entitlement) => having(entitlement, town)),
    ...usedGlass(policy).flatMap((glass) => [
      askersOf(`break_glass.${glass.name}`, glass, town),
      reviewing(glass, policy, town),
    ]),
  ]
  return {
    found: reports.filter((report) => report !== undefined && typeof report !== 'string'),
    unknown: reports.filter((report) => typeof report === 'string'),
  }
}

/** The groups whose members may ask, and those who decide or review, so that a message must reach them. */
export function partiesOf(policy: Policy): { readonly ask: readonly Group[]; readonly answer: readonly Group[] } {
  const rules = usedRules(policy)
  const glass = usedGlass(policy)
  return {
    ask: [...rules, ...glass].flatMap(({ requesters }) => requesters),
    answer: [...rules.flatMap(decidersOf), ...glass.flatMap((one) => reviewersOf(one, policy))],
  }
}

/** A weakness, the key of which nothing is known, or all well. */
type Report = Weakness | string | undefined

/** Nobody of the requesters counts as somebody. */
function askersOf(path: string, { requesters }: Pick<Rule, 'requesters'>, town: Town): Report {
  const where = `${path}.requesters`
  if (!areKnown(requesters, town)) return where
  if (peopleOf(requesters, town).length > 0) return undefined
  const fix = `Put active members of this workspace into ${listed(requesters)}.`
  return { where, what: 'nobody can use it', fix, about: [] }
}

/** Too few others can agree to what some of the requesters ask. */
function agreeing(rule: Rule, town: Town): Report {
  const where = `rules.${rule.name}.approvers`
  const deciders = decidersOf(rule)
  if (rule.approval === 'none') return undefined
  if (!areKnown([...rule.requesters, ...deciders], town) || !isReachKnown(deciders, town)) return where
  const lonely = lonelyUnder(rule, town)
  if (lonely.length === 0) return undefined
  const unreached = peopleOf(deciders, town).filter(({ id }) => town.reached.get(id) !== true)
  const silent = unreached.length > 0 ? `; no direct message reaches ${named(unreached)}` : ''
  return {
    where,
    what: `${mustWords(rule)} for ${named(lonely)}${silent}`,
    fix: `Name more approvers, or put more people into ${listed(deciders)}.`,
    about: [
      ...new Set(
        [...lonely, ...unreached].flatMap((one) => namesFor(one, { asking: rule.requesters, deciders }, town)),
      ),
    ],
  }
}

function mustWords({ quorum, needs }: Rule): string {
  if (needs.length > 0) return `${mustAgree({ needs: placesOf(needs), quorum })} must agree, but fewer can`
  return quorum === 1 ? 'somebody else must agree, but nobody can' : `${quorum} others must agree, but fewer can`
}

/** An entitlement that nobody can ask for, or that nobody who asks can get. */
function having({ id, rules }: Entitlement, town: Town): Report {
  const where = `entitlements.${id}`
  const groups = rules.flatMap((rule) => [...rule.requesters, ...decidersOf(rule)])
  if (!areKnown(groups, town) || !isReachKnown(rules.flatMap(decidersOf), town)) return where
  const asking = rules.map((rule) => ({ rule, people: peopleOf(rule.requesters, town) }))
  if (asking.every(({ people }) => people.length === 0)) {
    return { where, what: 'nobody can ask for it', fix: 'Put people into the requesters of its rules.', about: [] }
  }
  if (asking.some(({ rule, people }) => lonelyUnder(rule, town).length < people.length)) return undefined
  return { where, what: 'some can ask for it, but nobody can get it: see its rules', fix: null, about: [] }
}

/** Somebody could break the glass whom nobody else could review. */
function reviewing(glass: BreakGlassRule, policy: Policy, town: Town): Report {
  const where = `break_glass.${glass.name}.review.by`
  const reviewers = reviewersOf(glass, policy)
  if (!areKnown([...glass.requesters, ...reviewers], town) || !isReachKnown(reviewers, town)) return where
  const voices = voicesOf(reviewers, town)
  const alone = peopleOf(glass.requesters, town).filter(({ subject }) => besides(voices, subject).length === 0)
  if (alone.length === 0) return undefined
  return {
    where,
    what: `nobody else could review what ${named(alone)} did`,
    fix: `Put somebody else into ${listed(reviewers)}.`,
    about: [...new Set(alone.flatMap((one) => namesFor(one, { asking: glass.requesters, deciders: reviewers }, town)))],
  }
}

/**
 * Somebody by his id; or by the schedules that put him there, to ask or to decide: at a handover the next one comes into
 * his place, which is no news.
 */
function namesFor(
  { id }: Person,
  { asking, deciders }: { readonly asking: readonly Group[]; readonly deciders: readonly Group[] },
  { members }: Town,
): readonly string[] {
  const among = (groups: readonly Group[]) => groups.filter((group) => membersIn(group, members).includes(id))
  const onCallOnly = [among(asking), among(deciders)].find(
    (groups) => groups.length > 0 && groups.every(({ source }) => source.kind === 'schedule'),
  )
  return onCallOnly?.map(({ name }) => name) ?? [id]
}

/** Requesters of a rule for whom the quorum could not be met, if everybody else agreed whom a message reaches. */
function lonelyUnder(rule: Rule, town: Town): readonly Person[] {
  if (rule.approval === 'none') return []
  const later = rule.escalate.filter((step) => step.decide).map((step) => ({ groups: step.to }))
  const wanting = {
    quorum: rule.quorum,
    needs: placesOf(rule.needs),
    approvers: [{ groups: rule.approvers }, ...later],
  }
  const voices = voicesOf(decidersOf(rule), town)
  const forOthers = couldBeMet(wanting, [...voices.values()])
  return peopleOf(rule.requesters, town).filter(({ subject }) =>
    voices.has(subject) ? !couldBeMet(wanting, besides(voices, subject)) : !forOthers,
  )
}

/** The different people of some groups whom a message reaches, each with the groups that he is in. */
function voicesOf(groups: readonly Group[], town: Town): ReadonlyMap<Subject, readonly string[]> {
  const voices = new Map<Subject, readonly string[]>()
  for (const group of groups) {
    for (const { id, subject } of peopleOf([group], town)) {
      if (town.reached.get(id) === true) voices.set(subject, [...(voices.get(subject) ?? []), group.name])
    }
  }
  return voices
}

function besides(voices: ReadonlyMap<Subject, readonly string[]>, subject: Subject): Could {
  return [...voices].filter(([other]) => other !== subject).map(([, groups]) => groups)
}

/** Members who count as somebody. */
function peopleOf(groups: readonly Group[], { members, known }: Town): readonly Person[] {
  const ids = new Set(groups.flatMap((group) => membersIn(group, members)))
  return [...ids].flatMap((id) => {
    const found = known.get(id)
    return found?.ok ? [found.value] : []
  })
}

/** Those of a group, as the config or a look-up tells. */
export function membersIn({ name, source }: Group, members: Town['members']): readonly SlackId[] {
  return source.kind === 'members' ? source.members : (members.get(name) ?? [])
}

function areKnown(groups: readonly Group[], { members, known }: Town): boolean {
  return groups.every((group) => {
    if (group.source.kind !== 'members' && !members.has(group.name)) return false
    return membersIn(group, members).every((id) => isClear(known.get(id)))
  })
}

/** A clear no is an answer, too. */
function isClear(found: Result<Person> | undefined): boolean {
  return found !== undefined && (found.ok || found.refusal.code !== 'look-up-failed')
}

function isReachKnown(groups: readonly Group[], town: Town): boolean {
  return peopleOf(groups, town).every(({ id }) => town.reached.has(id))
}

function usedRules({ entitlements }: Policy): readonly Rule[] {
  return [...new Set([...entitlements.values()].flatMap(({ rules }) => rules))]
}

function usedGlass({ entitlements }: Policy): readonly BreakGlassRule[] {
  return [...new Set([...entitlements.values()].flatMap(({ breakGlass }) => breakGlass ?? []))]
}

/** Those whom the rule names, and always the security people. */
function reviewersOf({ review }: BreakGlassRule, { people }: Policy): readonly Group[] {
  return [...new Set([...review.by, ...people.security])]
}

function named(people: readonly Person[]): string {
  const names = people.slice(0, MOST_NAMED).map(({ id, name }) => `${id} (${name})`)
  const more = people.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function listed(groups: readonly Group[]): string {
  return [...new Set(groups.map(({ name }) => name))].join(', ')
}
