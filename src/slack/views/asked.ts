import { isUnreached, nextStepAt, nextStepsOf } from '../../core/asking.ts'
import type { Copy } from '../../core/copy.ts'
import { isPerson } from '../../core/escalating.ts'
import type { Rule } from '../../core/policy.ts'
import type { Request } from '../../core/request.ts'
import { escaped, instantMark, mention } from '../markup.ts'

/** Who was asked about a request, how that went, and who comes next. */
export interface Asking {
  /** The cards for those who decide. */
  readonly cards: readonly Copy[]
  /** Those of the requester himself. */
  readonly own: readonly Copy[]
  /** Whether anybody is ever reminded or told later. */
  readonly goesOn: boolean
  /** Who is told next, by group, person or channel, and when. */
  readonly next: { readonly at: number; readonly to: readonly string[] } | undefined
}

/** More places than this are not named one by one. */
const MOST_NAMED = 8

/** What is known of it while people decide, and when nobody did. */
export function askingOf(request: Request, rule: Rule | undefined, copies: readonly Copy[]): Asking {
  const at = rule && nextStepAt(request, rule)
  const comes = rule && at !== undefined && at < request.lapsesAt && request.state === 'pending'
  const next = comes && {
    at,
    to: nextStepsOf(request, rule).flatMap(({ to, channels }) => [...to.map(({ name }) => name), ...channels]),
  }
  return {
    cards: copies.filter(({ audience }) => audience === 'approvers'),
    own: copies.filter(({ audience }) => audience === 'requester'),
    goesOn: rule !== undefined && (rule.remindMs !== undefined || rule.escalate.length > 0),
    next: next || undefined,
  }
}

/** Who was asked, whom that has reached, and who is told next, for the requester. */
export function askedInWords({ cards, next }: Asking): string {
  const asked = cards.length === 0 ? '' : `Asked: ${listed(cards.map(cardInWords))}.`
  const then = next
    ? `Next: ${listed(next.to.map(place))} at ${instantMark(next.at)}, if nobody has decided by then.`
    : ''
  return `${asked} ${then}`.trim()
}

/** Whom a request was put to in vain, and who could not be reached. */
export function unansweredBy({ cards }: Asking): string {
  const reached = cards.filter((card) => !isUnreached(card)).map(({ destination }) => place(destination))
  const others = cards.filter(isUnreached).map(({ destination }) => place(destination))
  const silent = reached.length > 0 ? `No answer from ${listed(reached)}.` : ''
  const unreached = others.length > 0 ? `Could not be reached: ${listed(others)}.` : ''
  return `${silent} ${unreached}`.trim()
}

/** Whether anybody is left who could be reminded. */
export function isAnybodyAsked({ cards }: Asking): boolean {
  return cards.some((card) => !isUnreached(card))
}

function cardInWords(card: Copy): string {
  const where = place(card.destination)
  if (card.ts !== null) return `${where} (delivered)`
  return card.failed === null ? where : `${where} (*cannot be reached:* ${whyUnreached(card.failed)})`
}

/** A person, a channel, or a group by its name. */
function place(to: string): string {
  if (isPerson(to)) return mention(to)
  return /^[CG][A-Z0-9]{5,}$/.test(to) ? `<#${to}>` : escaped(to)
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ')
}

const WHY: Readonly<Record<string, string>> = {
  user_disabled: 'the account is deactivated',
  user_not_found: 'there is no such account',
  users_not_found: 'there is no such account',
  user_not_visible: 'there is no such account here',
  cannot_dm_bot: 'that is a bot',
  messages_tab_disabled: 'Slack lets me write to nobody directly',
  is_archived: 'the channel is archived',
  is_inactive: 'the channel is archived',
  channel_not_found: 'I do not see that channel',
  not_in_channel: 'I am not in that channel',
}

function whyUnreached(code: string): string {
  return Object.hasOwn(WHY, code) ? (WHY[code] ?? code) : `Slack says ${escaped(code)}`
}
