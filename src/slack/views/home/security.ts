import type { KnownBlock } from '@slack/types'
import type { Freeze } from '../../../core/freeze.ts'
import type { Pause } from '../../../core/pause.ts'
import type { HomeFacts, ReviewLine } from '../../../operations/home.ts'
import type { GrantLine } from '../../../operations/home-lists.ts'
import type { SecurityHome } from '../../../operations/security-home.ts'
import { ACTION } from '../../ids.ts'
import { code, escaped, instantMark, mention } from '../../markup.ts'
import { button, clip, header, section, typed } from '../blocks.ts'
import { timeLeft } from '../duration-words.ts'
import { actorWords } from '../standing.ts'
import { type Drawable, listed } from './list.ts'
import { heldStanding, homeValue, type Titles, whatIsHeld } from './own.ts'

/** Reviews that he owes or may file. */
export function reviewsList({ reviews, security, at }: HomeFacts, titles: Titles): Drawable {
  return listed({
    name: 'reviews',
    title: security ? 'Reviews owed' : 'Reviews that wait for you',
    empty: security ? 'No review is owed.' : undefined,
    part: reviews,
    draw: (lines) => lines.map((line) => reviewItem(line, titles, at)),
  })
}

function reviewItem(
  { review, request, isOwn, gaveNothing = false }: ReviewLine,
  titles: Titles,
  now: number,
): KnownBlock {
  const who = isOwn ? 'You' : mention(review.requester)
  const when = instantMark(review.openedAt)
  const overdue = gaveNothing ? 'No access was given; due' : '*Overdue*'
  const due = review.dueAt <= now ? overdue : `Due in ${timeLeft(review.dueAt, now)}`
  const target = request?.terms.target ?? ''
  const what = whatIsHeld(titles, review.entitlement, target)
  const text = `${who} broke the glass for ${what}, ${when}. ${due}, ${instantMark(review.dueAt)}. ${accountWords(review.account, isOwn)} ${review.request}`
  if (!request) return section(text)
  const label = isOwn ? 'Write what you did' : 'Review'
  const accessory = button({
    action: ACTION.review,
    label,
    value: homeValue(request),
    spoken: `${label}: ${review.request}`,
  })
  return { ...section(text), block_id: `reviews ${review.request}`, accessory }
}

function accountWords(account: string, isOwn: boolean): string {
  if (account !== '')
    return isOwn ? 'You wrote what you did; somebody else reviews it.' : 'What was done is written down.'
  return isOwn ? 'Nobody knows yet what you did.' : 'What was done is not written down yet.'
}

/** What only the people of security see. */
export function securityLists(security: SecurityHome, titles: Titles, now: number): readonly Drawable[] {
  const { pause, live, stuck, frozen, lacking } = security
  return [
    () => pausedBlocks(pause),
    listed({
      name: 'stuck',
      title: 'Stuck: not taken away yet',
      empty: 'Nothing is stuck.',
      part: stuck,
      draw: (lines) => lines.map(({ grant }) => section(whose({ grant, request: undefined }, titles, now))),
    }),
    listed({
      name: 'live',
      title: 'Everybody’s access now',
      empty: 'Nobody has access now.',
      part: live,
      draw: (lines) => lines.map((line) => liveItem(line, titles, now)),
    }),
    listed({
      name: 'frozen',
      title: 'Frozen people',
      empty: undefined,
      part: frozen,
      note: 'Nothing is given to them until security lifts it, with the command and: unfreeze @PERSON REASON',
      draw: (freezes) => freezes.map(frozenItem),
    }),
    listed({
      name: 'lacking',
      title: 'Not enough reachable approvers',
      empty: undefined,
      part: lacking,
      draw: (sentences) => sentences.map((one) => typed(`• ${clip(one, 600)}`)),
    }),
  ]
}

function pausedBlocks(pause: Pause | undefined): KnownBlock[] {
  if (!pause) return []
  const voices = pause.voices.length > 0 ? ` ${actorWords(pause.voices[0]?.by ?? '')} has agreed to resume.` : ''
  const text = `*No access is given* since ${instantMark(pause.at)}, by ${actorWords(pause.by)}.${voices} Two different people of security must type the command with: resume REASON`
  return [header('Paused'), section(text), ...(pause.reason === '' ? [] : [typed(pause.reason)])]
}

function whose({ grant }: GrantLine, titles: Titles, now: number): string {
  const what = whatIsHeld(titles, grant.entitlement, grant.target)
  return `${mention(grant.requester)}: ${what}\n${heldStanding({ grant }, now)} ${grant.id}`
}

function liveItem(line: GrantLine, titles: Titles, now: number): KnownBlock {
  const text = whose(line, titles, now)
  const { grant, request } = line
  if (!request) return section(text)
  const spoken = `Revoke ${grant.id}: take it away now`
  const value = homeValue(request)
  const accessory = button({ action: ACTION.revoke, label: 'Revoke', value, style: 'danger', spoken })
  return { ...section(text), block_id: `live ${request.id}`, accessory }
}

const FROZEN_FOR: Readonly<Record<Freeze['why'], (request: Freeze['request']) => string>> = {
  'looks-wrong': (request) => `a request looked wrong${request ? `: ${request}` : ''}`,
  'subject-changed': () => 'the identity changed',
  disowned: (request) => `an approval in that name was not real${request ? `: ${request}` : ''}`,
}

/** Whoever said that a request looks wrong is named nowhere. */
function frozenItem({ key, at, why, request }: Freeze): KnownBlock {
  const who = /^[UW][A-Z0-9]+$/.test(key) ? mention(key) : code(clip(key, 120))
  const because = FROZEN_FOR[why](request)
  return section(`${who}, since ${instantMark(at)}: ${escaped(because)}`)
}
