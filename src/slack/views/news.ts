import type { News } from '../../core/effect.ts'
import { extendWords } from '../../core/extending.ts'
import { ttlAgreed } from '../../core/quorum.ts'
import type { Request } from '../../core/request.ts'
import { unreachable } from '../../core/result.ts'
import { escaped, instantMark, mention } from '../markup.ts'
import { unansweredBy } from './asked.ts'
import { type Message, message, section } from './blocks.ts'
import { denyNote, type RequestView, typedUnder, whatIsAsked } from './request-facts.ts'
import { causeWords } from './standing.ts'
import { howLong } from './voices.ts'

/** A short direct message that notifies; the card beside it has the rest. `undefined`: it is no news any more. */
export function newsMessage(news: News, view: Omit<RequestView, 'copy'>, command: string): Message | undefined {
  const words = wordsOf(news, view, command)
  if (words === undefined) return undefined
  const note = news === 'denied' ? denyNote(view.request) : ''
  return message(words, note === '' ? [] : [`Why: ${escaped(note)}`], [section(words), ...typedUnder('Why', note)])
}

/** Several short messages to one person as one: all blocks of each, and of the texts as many as fit. */
export function togetherMessage(messages: readonly Message[]): Message | undefined {
  const [first, ...others] = messages
  if (!first || others.length === 0) return first
  const essentials = `${messages.length} of your requests are over.`
  return message(
    essentials,
    messages.map(({ text }) => text),
    [section(essentials), ...messages.flatMap(({ blocks }) => blocks)],
  )
}

function wordsOf(news: News, view: Omit<RequestView, 'copy'>, command: string): string | undefined {
  const { request, grant } = view
  const what = `${whatIsAsked(view)} on ${escaped(request.terms.target)}`
  const again = `Ask again: \`${escaped(`${command} ${request.terms.entitlement}`)} …\``
  switch (news) {
    case 'granted':
      if (grant?.state !== 'active') return undefined
      return `You have ${what} until ${instantMark(grant.expiresAt)}${shortened(request)}. Done early? \`${escaped(command)} end ${request.id}\` Need longer? \`${escaped(`${command} ${extendWords(grant)}`)}\``
    case 'denied':
      return request.state === 'denied' ? deniedWords(request, what) : undefined
    case 'lapsed':
      return `Nobody decided ${request.id} in time: ${what}. ${whatNow(view, command)}`
    case 'terms-changed':
      return `${request.id} was closed: the rules for ${what} changed while it waited. ${again}`
    case 'ended':
      return grant?.state === 'revoked'
        ? `Your access has ended: ${what} (${request.id}). ${causeWords(grant)}`
        : undefined
    case 'stuck':
      return grant?.state === 'revoking'
        ? `Your access should have ended, but the target has not confirmed it: ${what} (${request.id}). Please stop using it; the bot keeps trying and the security team was told.`
        : undefined
    default:
      return unreachable(news)
  }
}

/** The length, where an approver agreed to less. */
function shortened(request: Request): string {
  return ttlAgreed(request) === request.terms.ttlMs ? '' : ` (${howLong(request)})`
}

function deniedWords({ id, by, looksWrong }: Extract<Request, { state: 'denied' }>, what: string): string {
  return looksWrong
    ? `${id} was denied: ${what}. It looked wrong to somebody who was asked, and security was told. Nothing is given to you until they have looked: ask them.`
    : `${mention(by)} denied ${id}: ${what}.`
}

/** What somebody can do whose request lapsed: who did not answer, and the ways that are left. */
function whatNow({ request, asking, canBreakGlass }: Omit<RequestView, 'copy'>, command: string): string {
  const { entitlement } = request.terms
  const typed = (line: string) => `\`${escaped(`${command} ${line}`)} …\``
  const who = asking ? unansweredBy(asking) : ''
  const ways = `If you still need it, call an approver, then ask again: ${typed(entitlement)} or press “Ask again” on its card.`
  const glass = canBreakGlass ? `If it cannot wait, break the glass: ${typed(`emergency ${entitlement}`)}` : ''
  return [who, ways, glass].filter((part) => part !== '').join(' ')
}
