import type { KnownBlock } from '@slack/types'
import { isLive } from '../../core/grant.ts'
import type { Outcome } from '../../core/review.ts'
import { gaveNothing } from '../../core/reviewing.ts'
import { groupTerms } from '../../core/terms.ts'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { code, escaped, instantMark, mention } from '../markup.ts'
import { called } from './approvers.ts'
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

const DID = 'What the requester did with it'

/** The loud message: somebody took access without approval. Told apart from every other card by its words. */
export function glassCard(view: RequestView): Message {
  const { request, notice, review } = view
  const { line } = standingOf(request, view.grant)
  const taken = `${mention(request.terms.requester)} took access to *${whatIsAsked(view)}* at ${instantMark(request.openedAt)} *WITHOUT APPROVAL*.`
  const owed = reviewWords(view)
  const told = toldWords(view)
  const title = `GLASS BROKEN · ${request.id}`
  const account = review?.account ?? ''
  const details = [...spokenDetails(view, 'Reason'), ...(account === '' ? [] : [`${DID}: ${escaped(account)}`])]
  return message(`${title}: ${taken} ${factsInWords(request)}. ${line} ${nextStep(view)} ${told} ${owed}`, details, [
    header(title),
    section(taken),
    requestFacts(request),
    ...typedUnder('Reason', request.reason),
    section(`${line} ${nextStep(view)}`.trim()),
    ...(told === '' ? [] : [section(told)]),
    section(owed),
    ...typedUnder(DID, account),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    ...buttons(view),
  ])
}

function nextStep({ grant }: RequestView): string {
  if (isLive(grant)) return 'If this should not be, press “Revoke”: access is taken away at once.'
  const next = grant?.cause === 'extended' ? grant.extendedBy : null
  return next === null || next === undefined
    ? ''
    : `If it should not go on, type the command with: ${code(`revoke ${next} REASON`)}`
}

/** Whoever may approve it as usual is called by mention. */
function toldWords({ request, approvers = [] }: RequestView): string {
  const who = called(approvers.map(groupTerms), request)
  return who === '' ? '' : `Told: ${who}.`
}

type ReviewView = Pick<RequestView, 'request' | 'grant' | 'review' | 'reviewers'>

/** Who looks back at it and until when, or what it came to. Never the requester. */
export function reviewWords({ request, grant, review, reviewers = [] }: ReviewView): string {
  if (!review) return ''
  if (review.state === 'filed')
    return `Reviewed by ${mention(review.by)}, ${instantMark(review.filedAt)}: *${OUTCOME_WORDS[review.outcome]}*.`
  const who = called(reviewers.map(groupTerms), request) || 'somebody else'
  if (gaveNothing(grant)) return `No access was given. A review is owed all the same, by ${who}; it blocks nothing.`
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
export function accountButton({
  request,
  grant,
  copy,
  review,
}: Pick<RequestView, 'request' | 'grant' | 'copy' | 'review'>) {
  if (review?.state !== 'owed' || gaveNothing(grant)) return []
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  const label = 'Write what you did'
  return [button({ action: ACTION.review, label, value, spoken: `${label} with ${request.id}` })]
}
