import { decidingGroups } from '../../core/authority.ts'
import { isPerson } from '../../core/escalating.ts'
import { assess } from '../../core/quorum.ts'
import type { PendingRequest } from '../../core/request.ts'
import { namesInWords } from '../../core/rule-choice.ts'
import type { GroupTerms } from '../../core/terms.ts'
import { escaped, instantMark, mention } from '../markup.ts'
import { called } from './approvers.ts'
import { type Message, message, section } from './blocks.ts'
import { durationInWords } from './duration-words.ts'
import { type RequestView, whatFor } from './request-facts.ts'

/** More people than this are not called by name. */
const MOST_CALLED = 10

/** A reminder in the thread of a card: who may decide now, since when it waits, who agreed already and what is missing. */
export function reminderMessage(view: RequestView, request: PendingRequest, destination: string): Message {
  const { openedAt, lapsesAt, terms, id } = request
  const whom = isPerson(destination) ? mention(destination) : whoIsMissing(request, view.now)
  const asks = `${mention(terms.requester)} has been waiting for ${ageInWords(view.now - openedAt)} for ${whatFor(view)} (${id})`
  const words = `${whom}: ${asks}. ${progress(request)} Please decide on the card above; it lapses ${instantMark(lapsesAt)}.`
  return message(words, [], [section(words)])
}

/** Those who may decide now, without those who agreed; where groups are missing, only those of them. */
function whoIsMissing(request: PendingRequest, now: number): string {
  const { missing } = assess(request)
  const groups = decidingGroups(request, now)
  const left = groups.filter(({ name }) => missing.includes(name))
  const agreed = new Set(request.approvals.map(({ by }) => by))
  const asked = (left.length > 0 ? left : groups).map((group) => without(group, agreed))
  return called(asked, request, MOST_CALLED)
}

function without(group: GroupTerms, agreed: ReadonlySet<string>): GroupTerms {
  return group.members === null ? group : { ...group, members: group.members.filter((id) => !agreed.has(id)) }
}

function progress(request: PendingRequest): string {
  const { approvals, terms } = request
  if (approvals.length === 0) return 'Nobody has decided yet.'
  const { voices, missing, between } = assess(request)
  const waiting = missing.length > 0 ? `, waiting for ${escaped(namesInWords(missing, between))}` : ''
  return `${approvals.map(({ by }) => mention(by)).join(', ')} agreed: ${voices} of ${terms.quorum}${waiting}.`
}

function ageInWords(ms: number): string {
  return durationInWords(Math.floor(ms / 60_000) * 60_000) || 'less than a minute'
}
