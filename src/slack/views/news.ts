import type { News } from '../../core/effect.ts'
import { unreachable } from '../../core/result.ts'
import { escaped, instantMark, mention } from '../markup.ts'
import { type Message, message, section } from './blocks.ts'
import { denyNote, type RequestView, typedUnder, whatIsAsked } from './request-facts.ts'
import { causeWords } from './standing.ts'

/** A short direct message that notifies; the card beside it has the rest. `undefined`: it is no news any more. */
export function newsMessage(news: News, view: Omit<RequestView, 'copy'>, command: string): Message | undefined {
  const words = wordsOf(news, view, command)
  if (words === undefined) return undefined
  const note = news === 'denied' ? denyNote(view.request) : ''
  return message(words, note === '' ? [] : [`Why: ${escaped(note)}`], [section(words), ...typedUnder('Why', note)])
}

function wordsOf(news: News, view: Omit<RequestView, 'copy'>, command: string): string | undefined {
  const { request, grant } = view
  const what = `${whatIsAsked(view)} on ${escaped(request.terms.target)}`
  const again = `Ask again: \`${escaped(`${command} ${request.terms.entitlement}`)} …\``
  switch (news) {
    case 'granted':
      if (grant?.state !== 'active') return undefined
      return `You have ${what} until ${instantMark(grant.expiresAt)}. Done early? \`${escaped(command)} end ${request.id}\``
    case 'grant-failed':
      return `You did not get ${what} (${request.id}): the target did not give it. ${again}`
    case 'denied':
      return request.state === 'denied' ? `${mention(request.by)} denied ${request.id}: ${what}.` : undefined
    case 'lapsed':
      return `Nobody decided ${request.id} in time: ${what}. If you still need it, call an approver, then ask again: \`${escaped(`${command} ${request.terms.entitlement}`)} …\``
    case 'terms-changed':
      return `${request.id} was closed: the rules for ${what} changed while it waited. ${again}`
    case 'ended':
      return grant?.state === 'revoked'
        ? `Your access has ended: ${what} (${request.id}). ${causeWords(grant)}`
        : undefined
    case 'stuck':
      return `Your access should have ended, but the target has not confirmed it: ${what} (${request.id}). Please stop using it; the bot keeps trying and the security team was told.`
    default:
      return unreachable(news)
  }
}
