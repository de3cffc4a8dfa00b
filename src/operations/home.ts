import type { CurrentMembers } from '../core/authority.ts'
import type { Copy } from '../core/copy.ts'
import { type Part, partOf, type Slice, waitsFor } from '../core/home.ts'
import type { RequestId, SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Request } from '../core/request.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import type { OwedReview } from '../core/review.ts'
import { gaveNothing } from '../core/reviewing.ts'
import { askable } from './ask-form.ts'
import { remembering } from './from-memory.ts'
import { type GrantLine, type HomeFrom, type HomeNeeds, sliceOf, withRequests } from './home-lists.ts'
import { groupsWith, membershipIn } from './membership.ts'
import type { Askable } from './operations.ts'
import { type SecurityHome, securityHome } from './security-home.ts'

/** So many requests of others are looked through, the oldest first: who has more of them waiting has enough to do. */
const MOST_WAITING = 1_000
const MOST_REVIEWS = 1_000

export interface ReviewLine {
  readonly review: OwedReview
  readonly request: Request | undefined
  /** He broke the glass himself, and writes what was done. */
  readonly isOwn: boolean
  /** The target did not give the access. */
  readonly gaveNothing?: boolean
}

/** What somebody's Home shows. */
export interface HomeFacts {
  readonly person: Person
  /** When it was read. */
  readonly at: number
  readonly held: Part<GrantLine>
  /** `frozen`: nothing can be given to its requester. */
  readonly waiting: Part<{ readonly request: Request; readonly frozen: boolean }>
  /** There may be more that wait than were looked through. */
  readonly waitingMore: boolean
  readonly mine: Part<{ readonly request: Request; readonly copies: readonly Copy[] }>
  readonly askable: Result<Part<Askable>>
  readonly reviews: Part<ReviewLine>
  /** For the people of security only. */
  readonly security: SecurityHome | undefined
}

/**
 * What somebody's Home shows, from the database and from what is remembered of people: Slack is asked only about whom
 * nobody has asked yet. Refused for whoever is nobody here, who learns nothing.
 */
export async function home(deps: HomeNeeds, by: SlackId, from: HomeFrom): Promise<Result<HomeFacts>> {
  const needs = { ...deps, people: remembering(deps.people) }
  const person = await whoIs(needs, by)
  if (!person.ok) return person
  const at = deps.clock.now()
  const found = await askable(needs, by)
  const isSecurity = await belongsTo(needs, by, needs.policy.people.security)
  const mine = await needs.store.pendingOf(person.value.subject, sliceOf('mine', from))
  return accept({
    person: person.value,
    at,
    held: await withRequests(needs, await needs.store.heldBy(person.value.subject, sliceOf('held', from))),
    ...(await waitingFor(needs, person.value, sliceOf('waiting', from), at)),
    mine: { ...mine, items: await Promise.all(mine.items.map((request) => withCopies(needs, request))) },
    askable: found.ok ? accept(partOf(found.value, sliceOf('askable', from))) : found,
    reviews: await reviewsFor(needs, person.value, { isSecurity, slice: sliceOf('reviews', from) }),
    security: isSecurity ? await securityHome(needs, from) : undefined,
  })
}

/** With another e-mail address than the one he was first seen with, he sees nothing of either until that is confirmed. */
async function whoIs({ people, policy, store }: HomeNeeds, by: SlackId): Promise<Result<Person>> {
  const person = await people.lookUp(by, 'lately')
  if (!person.ok || policy.people.subject.kind !== 'email') return person
  const pinned = await store.pinOf(by)
  if (pinned === undefined || pinned === person.value.subject) return person
  return refuse(
    'subject-changed',
    'Your e-mail address in Slack is another one than I know you by, so nothing is shown here. Ask the security people to confirm it.',
  )
}

async function withCopies({ store }: HomeNeeds, request: Request) {
  return { request, copies: await store.copiesOf(request.id) }
}

async function belongsTo(needs: HomeNeeds, id: SlackId, groups: HomeNeeds['policy']['people']['security']) {
  const { members } = await membershipIn(needs, groups, 'lately')
  return groupsWith(id, members).size > 0
}

/** Others' requests that wait for this person, the oldest first. */
async function waitingFor(needs: HomeNeeds, person: Person, slice: Slice, now: number) {
  const named = await needs.store.pendingNaming(person.id, MOST_WAITING + 1)
  const current = await currentMembers(needs, named)
  const frozen = new Set((await needs.store.freezes()).map(({ key }) => key))
  const waiting = named.slice(0, MOST_WAITING).filter((request) => waitsFor(request, person, current, now))
  const lines = waiting.map((request) => {
    return { request, frozen: frozen.has(request.terms.requester) || frozen.has(request.terms.subject) }
  })
  return { waiting: partOf(lines, slice), waitingMore: named.length > MOST_WAITING }
}

/** Members of every group that decides about one of the requests and stands in no config, each read once. */
async function currentMembers(needs: HomeNeeds, requests: readonly Request[]): Promise<CurrentMembers> {
  const steps = requests.flatMap(({ terms }) => terms.approvers)
  const names = new Set(steps.flatMap(({ groups }) => groups.filter(({ members }) => members === null)).map(nameOf))
  const groups = [...needs.policy.groups.values()].filter(({ name }) => names.has(name))
  return (await membershipIn(needs, groups, 'lately')).members
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

interface ReviewsWanted {
  readonly isSecurity: boolean
  readonly slice: Slice
}

/** Reviews that he owes or may file; security sees every one. */
async function reviewsFor(needs: HomeNeeds, person: Person, { isSecurity, slice }: ReviewsWanted) {
  const owed = await needs.store.reviews({ states: ['owed'], limit: MOST_REVIEWS })
  const lines: ReviewLine[] = []
  for (const review of owed) {
    if (review.state !== 'owed') continue
    const isOwn = review.subject === person.subject || review.requester === person.id
    const files = isSecurity || isOwn || (await belongsTo(needs, person.id, reviewersOf(needs, review)))
    const nothing = isOwn && gaveNothing(await needs.store.grant(review.grant)) // of which he has nothing to write
    if (files && !nothing) lines.push({ review, request: undefined, isOwn })
  }
  const part = partOf(lines, slice)
  const items = part.items.map(async (line) => ({
    ...line,
    request: await requestOf(needs, line.review.request),
    gaveNothing: gaveNothing(await needs.store.grant(line.review.grant)),
  }))
  return { ...part, items: await Promise.all(items) }
}

function reviewersOf({ policy }: HomeNeeds, { rule }: OwedReview) {
  return policy.breakGlass.get(rule)?.review.by ?? []
}

function requestOf({ store }: HomeNeeds, id: RequestId) {
  return store.request(id)
}
