import type { KnownBlock } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import type { Grant } from '../../core/grant.ts'
import { grantIdOf, type SlackId } from '../../core/ids.ts'
import type { Group } from '../../core/policy.ts'
import { ttlAgreed } from '../../core/quorum.ts'
import type { Request } from '../../core/request.ts'
import type { Review } from '../../core/review.ts'
import type { GroupTerms } from '../../core/terms.ts'
import { code, escaped, instantMark, unformatted } from '../markup.ts'
import type { Asking } from './asked.ts'
import { clip, context, facts, section, typed } from './blocks.ts'
import { howLong, type Trust } from './voices.ts'

/** What the cards of a request are drawn from. */
export interface RequestView extends Trust {
  readonly request: Request
  readonly grant: Grant | undefined
  /** The grant that it asks more time for, if it does. */
  readonly extended?: Grant | undefined
  /** The copy that is drawn: its buttons carry it. */
  readonly copy: string
  /** `undefined` when the config has the entitlement no more. */
  readonly title: string | undefined
  /** What people should know of this kind of target. */
  readonly notice: string | undefined
  /** The review that is owed where the glass was broken, or what it came to, and who reviews. */
  readonly review?: Review | undefined
  readonly reviewers?: readonly Group[]
  /** Who could approve it as usual, and is told that nobody had to. */
  readonly approvers?: readonly Group[]
  /** When it is drawn. */
  readonly now: number
  /** Who was asked; there while people decide, and when nobody did. */
  readonly asking?: Asking | undefined
  /** The step for which the copy was posted; `undefined`: it was posted at once. */
  readonly step?: Step | undefined
  /** Whether a rule says who may break the glass for it. */
  readonly canBreakGlass?: boolean
  /** The shortest time that the rule gives, in milliseconds. */
  readonly leastMs?: number | undefined
  /** Of a receipt: whose approval it is for, and whether he says that it was not his. */
  readonly receipt?: { readonly by: SlackId; readonly disowned: boolean }
}

/** Those who are told by a step. */
export interface Step {
  readonly groups: readonly GroupTerms[]
  /** They may approve, too; otherwise they are only told. */
  readonly decides: boolean
}

/** `Read the orders database (orders-read)`, escaped. */
export function whatIsAsked({ request, title }: Pick<RequestView, 'request' | 'title'>): string {
  const id = code(request.terms.entitlement)
  return title === undefined ? id : `${unformatted(clip(title.trim(), 200))} (${id})`
}

/** Whether more time is asked for: as long as that grant may still be extended, and once it was. */
function asksForMore({ request, extended }: Pick<RequestView, 'request' | 'extended'>): boolean {
  if (!extended) return false
  return request.state === 'pending' ? extended.state === 'active' : extended.extendedBy === grantIdOf(request.id)
}

/** What of it is asked for: access, or more time. */
export function whatFor(view: RequestView): string {
  return asksForMore(view) ? `more time with *${whatIsAsked(view)}*` : `*${whatIsAsked(view)}*`
}

/** Until when the access is there anyhow, in a sentence; empty where no more time is asked for. */
export function heldAnyhow(view: RequestView): string {
  const { extended, request } = view
  if (!extended || request.state !== 'pending' || !asksForMore(view)) return ''
  return `${extended.id} gives it until ${instantMark(extended.expiresAt)} in any case; a yes gives ${formatDuration(ttlAgreed(request))} from that yes, not in addition.`
}

/** Where, how long, what for, under which rule. */
export function requestFacts(request: Request): KnownBlock {
  const { terms, state } = request
  return facts([
    ['Where', `${escaped(terms.target)} as ${code(terms.account)}`],
    ['How long', `${howLong(request)}${state === 'pending' ? ' from approval' : ''}`],
    ['Purpose', escaped(terms.purpose)],
    ['Rule', escaped(terms.rule)],
  ])
}

/** Words that a person typed, under a label of ours. */
export function typedUnder(label: string, text: string): KnownBlock[] {
  return text === '' ? [] : [section(`*${label}*`), typed(text)]
}

/** The message that it was asked from: its address only, which Slack gave. */
export function aboutLink({ link }: Pick<Request, 'link'>): KnownBlock[] {
  return link === null ? [] : [context(`About <${escaped(link)}|this message>.`)]
}

/** The note that came with a deny; empty otherwise. */
export function denyNote(request: Request): string {
  return request.state === 'denied' ? request.note : ''
}

/** The same facts in one sentence, for `text`. */
export function factsInWords(request: Request): string {
  const { terms } = request
  return `on ${escaped(terms.target)} as ${code(terms.account)} for ${howLong(request)}, purpose ${escaped(terms.purpose)}, rule ${escaped(terms.rule)}`
}

/** What follows in `text`: what people typed, and the notice. */
export function spokenDetails({ request, notice }: RequestView, label: string): string[] {
  const note = denyNote(request)
  return [
    `${label}: ${escaped(request.reason)}`,
    ...(request.link === null ? [] : [`About this message: ${escaped(request.link)}`]),
    ...(note === '' ? [] : [`Why it was denied: ${escaped(note)}`]),
    ...(notice === undefined ? [] : [escaped(clip(notice, 500))]),
  ]
}
