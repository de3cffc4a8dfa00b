import type { KnownBlock } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import type { Grant } from '../../core/grant.ts'
import { grantIdOf } from '../../core/ids.ts'
import type { Request } from '../../core/request.ts'
import { code, escaped, instantMark, unformatted } from '../markup.ts'
import { clip, facts, section, typed } from './blocks.ts'

/** What the cards of a request are drawn from. */
export interface RequestView {
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
  /** When it is drawn. */
  readonly now: number
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
  return `${extended.id} gives it until ${instantMark(extended.expiresAt)} in any case; a yes gives ${formatDuration(request.terms.ttlMs)} from that yes, not in addition.`
}

/** Where, how long, what for, under which rule. */
export function requestFacts({ terms, state }: Request): KnownBlock {
  return facts([
    ['Where', `${escaped(terms.target)} as ${code(terms.account)}`],
    ['How long', `${formatDuration(terms.ttlMs)}${state === 'pending' ? ' from approval' : ''}`],
    ['Purpose', escaped(terms.purpose)],
    ['Rule', escaped(terms.rule)],
  ])
}

/** Words that a person typed, under a label of ours. */
export function typedUnder(label: string, text: string): KnownBlock[] {
  return text === '' ? [] : [section(`*${label}*`), typed(text)]
}

/** The note that came with a deny; empty otherwise. */
export function denyNote(request: Request): string {
  return request.state === 'denied' ? request.note : ''
}

/** The same facts in one sentence, for `text`. */
export function factsInWords({ terms }: Request): string {
  return `on ${escaped(terms.target)} as ${code(terms.account)} for ${formatDuration(terms.ttlMs)}, purpose ${escaped(terms.purpose)}, rule ${escaped(terms.rule)}`
}

/** What follows in `text`: what people typed, and the notice. */
export function spokenDetails({ request, notice }: RequestView, label: string): string[] {
  const note = denyNote(request)
  return [
    `${label}: ${escaped(request.reason)}`,
    ...(note === '' ? [] : [`Why it was denied: ${escaped(note)}`]),
    ...(notice === undefined ? [] : [escaped(clip(notice, 500))]),
  ]
}
