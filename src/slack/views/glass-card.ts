import type { KnownBlock } from '@slack/types'
import { isLive } from '../../core/grant.ts'
import type { Group } from '../../core/policy.ts'
import type { Outcome } from '../../core/review.ts'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped, instantMark, mention, mentionGroup } from '../markup.ts'
import { actions, button, clip, context, header, type Message, message, section } from './blocks.ts'
import {
  factsInWords,
  type RequestView,
  requestFacts,
  spokenDetails,
  typedUnder,
  whatIsAsked,
} from './request-facts.ts'
import { standingOf } from './standing.ts'

/** More people, or groups, than this are not named one by one. */
const MOST_NAMED = 5

const DID = 'What the requester did with it'

/** The loud message: somebody took access without approval. Told apart from every other card by its words. */
export function glassCard(view: RequestView): Message {
  const { request, notice, review } = view
  const { line } = standingOf(request, view.grant)
  const taken = `${mention(request.terms.requester)} took access to *${whatIsAsked(view)}* at ${instantMark(request.openedAt)} *WITHOUT APPROVAL*.`
  const owed = reviewWords(view)
  const title = `GLASS BROKEN · ${request.id}`
  const account = review?.account ?? ''
  const details = [...spokenDetails(view, 'Reason'), ...(account === '' ? [] : [`${DID}: ${escaped(account)}`])]
  return message(`${title}: ${taken} ${factsInWords(request)}. ${line} ${nextStep(view)} ${owed}`, details, [
    header(title),
    section(taken),
    requestFacts(request),
    ...typedUnder('Reason', request.reason),
    section(`${line} ${nextStep(view)}`.trim()),
    section(owed),
    ...typedUnder(DID, account),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    ...buttons(view),
  ])
}

function nextStep({ grant }: RequestView): string {
  return isLive(grant) ? 'If this should not be, press “Revoke”: access is taken away at once.' : ''
}

/** Who looks back at it and until when, or what it came to. */
export function reviewWords({ review, reviewers = [] }: Pick<RequestView, 'review' | 'reviewers'>): string {
  if (!review) return ''
  if (review.state === 'filed')
    return `Reviewed by ${mention(review.by)}, ${instantMark(review.filedAt)}: *${OUTCOME_WORDS[review.outcome]}*.`
  const who = groupsCalled(reviewers)
  return review.overdueAt === null
    ? `A review is owed by ${who}, until ${instantMark(review.dueAt)}.`
    : `*The review is OVERDUE* since ${instantMark(review.dueAt)}; it is owed by ${who}.`
}

/** What a review comes to, in words. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  justified: 'justified',
  'not-justified': 'not justified',
  drill: 'a drill',
}

/** Groups by mention: a user group, or a few people; otherwise by name. */
function groupsCalled(groups: readonly Group[]): string {
  const named = groups.flatMap(({ name, source }) => {
    if (source.kind === 'usergroup') return [mentionGroup(source.id)]
    if (source.kind === 'members' && source.members.length <= MOST_NAMED) return source.members.map(mention)
    return [escaped(clip(name, 64))]
  })
  const all = [...new Set(named)]
  const more = all.length - MOST_NAMED
  return more > 0 ? `${all.slice(0, MOST_NAMED).join(', ')} and ${more} more` : all.join(', ')
}

function buttons({ request, grant, copy, review }: RequestView): KnownBlock[] {
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  if (isLive(grant)) {
    const spoken = `Revoke: take away what ${request.id} gave`
    return [actions(button({ action: ACTION.revoke, label: 'Revoke', value, style: 'danger', spoken }))]
  }
  if (review?.state !== 'owed') return []
  return [actions(button({ action: ACTION.review, label: 'Review', value, spoken: `Review ${request.id}` }))]
}

/** The requester’s button: he writes what he did, until somebody has filed the review. */
export function accountButton({ request, copy, review }: Pick<RequestView, 'request' | 'copy' | 'review'>) {
  if (review?.state !== 'owed') return []
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  const label = 'Write what you did'
  return [button({ action: ACTION.review, label, value, spoken: `${label} with ${request.id}` })]
}
