import type { KnownBlock } from '@slack/types'
import { formatDuration } from '../../../core/duration.ts'
import type { Policy } from '../../../core/policy.ts'
import { HOME_COPY } from '../../../core/press.ts'
import type { Request } from '../../../core/request.ts'
import type { HomeFacts } from '../../../operations/home.ts'
import type { GrantLine } from '../../../operations/home-lists.ts'
import type { Askable } from '../../../operations/operations.ts'
import { writeButtonValue } from '../../button-value.ts'
import { ACTION } from '../../ids.ts'
import { code, escaped, instantMark, mention, sentence, unformatted } from '../../markup.ts'
import { approverNames } from '../approvers.ts'
import { askedInWords, askingOf } from '../asked.ts'
import { actions, button, clip, context, plainText, section } from '../blocks.ts'
import { timeLeft } from '../duration-words.ts'
import { aboutLink, whatIsAsked } from '../request-facts.ts'
import { progress } from '../voices.ts'
import { type Drawable, listed } from './list.ts'

export type Titles = ReadonlyMap<
  string,
  { readonly title: string; readonly target: { readonly notice: string | undefined } }
>

/** The value of a button on Home: Home is no message, so it names none. */
export function homeValue({ id, digest }: Request): string {
  return writeButtonValue({ request: id, copy: HOME_COPY, digest })
}

/** `Read the orders database (orders-read) on orders-db`, for any row. */
export function whatIsHeld(titles: Titles, entitlement: string, target: string): string {
  const title = titles.get(entitlement)?.title
  const what =
    title === undefined ? code(entitlement) : `*${unformatted(clip(title.trim(), 100))}* (${code(entitlement)})`
  return `${what} on ${escaped(target)}`
}

export function heldList({ held, at }: HomeFacts, titles: Titles): Drawable {
  return listed({
    name: 'held',
    title: 'What you hold now',
    empty: 'You have no access now.',
    part: held,
    draw: (lines) => lines.map((line) => heldItem(line, titles, at)),
  })
}

function heldItem({ grant, request }: GrantLine, titles: Titles, now: number): KnownBlock {
  const text = `${whatIsHeld(titles, grant.entitlement, grant.target)}\n${heldStanding({ grant }, now)} ${grant.id}`
  if (!request) return section(text)
  const spoken = `End now: give back what ${grant.id} gives`
  const value = homeValue(request)
  const accessory = button({ action: ACTION.endEarly, label: 'End now', value, style: 'danger', spoken })
  return { ...section(text), block_id: `held ${request.id}`, accessory }
}

/** How things stand with a grant, in a sentence. */
export function heldStanding({ grant }: Pick<GrantLine, 'grant'>, now: number): string {
  switch (grant.state) {
    case 'granting':
      return `Being given just now, until ${instantMark(grant.expiresAt)}.`
    case 'active':
      return `*${timeLeft(grant.expiresAt, now)} left*, until ${instantMark(grant.expiresAt)}.`
    case 'revoking':
      return grant.stuckAt === null
        ? 'Being taken away just now.'
        : `*Access may still be there:* not confirmed since ${instantMark(grant.revokingAt)} that it is gone. Still trying.`
    case 'revoked':
      return `Ended ${instantMark(grant.revokedAt)}.`
  }
}

const FROZEN = '*Nothing can be given to the requester just now:* security has to look at something first.'

export function waitingList({ waiting, waitingMore, at }: HomeFacts, titles: Titles): Drawable {
  return listed({
    name: 'waiting',
    title: 'Waiting for your decision',
    empty: 'Nothing waits for you.',
    part: waiting,
    note: waitingMore ? 'Only the oldest are counted here; there are more. The oldest come first.' : undefined,
    draw: (items) => items.flatMap((item) => waitingItem(item, titles, at)),
  })
}

type Waiting = HomeFacts['waiting']['items'][number]

/** All that a yes agrees to, as on the card: nothing of it is cut. */
function waitingItem({ request, frozen }: Waiting, titles: Titles, now: number): KnownBlock[] {
  const { id, terms, reason, openedAt, lapsesAt } = request
  const entitlement = titles.get(terms.entitlement)
  const asks = `${mention(terms.requester)} asks for *${whatIsAsked({ request, title: entitlement?.title })}*`
  const facts = `on ${escaped(terms.target)} as ${code(terms.account)} for *${formatDuration(terms.ttlMs)}* from approval`
  const why = `Purpose ${escaped(terms.purpose)}, rule ${escaped(terms.rule)}${request.extends === null ? '' : `, more time with ${request.extends}`}. ${progress(request, {})}`
  const when = `${id}, asked ${instantMark(openedAt)}, lapses ${instantMark(lapsesAt)}, in ${timeLeft(lapsesAt, now)}. The reason, as typed:`
  const value = homeValue(request)
  const notice = entitlement?.target.notice
  const approve = button({
    action: ACTION.approve,
    label: 'Approve',
    value,
    style: 'primary',
    spoken: `Approve ${id}`,
  })
  return [
    { ...section(`${asks} ${facts}.\n${why}\n${when}`), fields: [plainText(reason)] },
    ...aboutLink(request),
    ...(frozen ? [section(FROZEN)] : []),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    {
      ...actions(
        ...(frozen ? [] : [approve]),
        button({ action: ACTION.deny, label: 'Deny', value, style: 'danger', spoken: `Deny ${id}` }),
      ),
      block_id: `waiting ${id}`,
    },
  ]
}

type Names = Pick<Policy, 'entitlements' | 'rules'>

export function mineList({ mine, at }: HomeFacts, names: Names): Drawable {
  return listed({
    name: 'mine',
    title: 'Your open requests',
    empty: 'You wait for nobody.',
    part: mine,
    draw: (items) => items.flatMap((item) => mineItem(item, names, at)),
  })
}

type Mine = HomeFacts['mine']['items'][number]

function mineItem({ request, copies }: Mine, { entitlements, rules }: Names, now: number): KnownBlock[] {
  const { id, terms, lapsesAt } = request
  const what = `${whatIsHeld(entitlements, terms.entitlement, terms.target)} for ${formatDuration(terms.ttlMs)}`
  const asked = askedInWords(askingOf(request, rules.get(terms.rule), copies))
  const far = `Waiting for ${approverNames(request, now)}. ${progress(request, {})}`
  const when = `${id}, lapses ${instantMark(lapsesAt)}, in ${timeLeft(lapsesAt, now)}.`
  const value = homeValue(request)
  return [
    section(`${what}\n${far}\n${asked}\n${when}`),
    {
      ...actions(
        button({ action: ACTION.nudge, label: 'Remind them', value, spoken: `Remind them of ${id}` }),
        button({ action: ACTION.cancel, label: 'Cancel', value, spoken: `Cancel ${id}` }),
      ),
      block_id: `mine ${id}`,
    },
  ]
}

/** What may be asked for, by id and title; all of it is searched in the form. */
export function askableList({ askable }: HomeFacts): Drawable {
  if (!askable.ok) return () => [section(sentence(askable.refusal.sentence))]
  return listed({
    name: 'askable',
    title: 'What you may ask for',
    empty: 'There is nothing that you can ask for now. Ask the security people if there should be.',
    part: askable.value,
    draw: (items) => [items.slice(0, MOST_LINES), items.slice(MOST_LINES)].flatMap(askableLines),
  })
}

/** More lines of the longest titles would not fit into one section. */
const MOST_LINES = 5

function askableLines(items: readonly Askable[]): KnownBlock[] {
  return items.length > 0 ? [section(items.map(askableLine).join('\n'))] : []
}

function askableLine({ entitlement, title, target }: Askable): string {
  return `• ${code(entitlement)}: ${unformatted(clip(title.trim(), 75))}, on ${escaped(clip(target, 64))}`
}
