import type { Approval, Request } from './request.ts'
import { namesInWords } from './rule-choice.ts'
import type { NeedTerms, Terms } from './terms.ts'

/** Whether the quorum is met, how far it is, and the sentence that says so. */
export interface Assessment {
  readonly met: boolean
  readonly why: string
  /** Different people so far. */
  readonly voices: number
  /** Groups of which somebody is still missing; empty where it does not matter of which they are. */
  readonly missing: readonly string[]
}

type Voted = Pick<Request, 'approvals' | 'terms'>

/**
 * Counts different people, never the requester. Where the rule says how many of which group, each person stands for one
 * place only, whatever else he is a member of; whoever came by an escalation may stand for any.
 */
export function assess({ approvals, terms }: Voted): Assessment {
  const voices = differentPeople(approvals, terms)
  const missing = placesLeft(voices, terms)
  const met = voices.length >= terms.quorum && missing.length === 0
  const waiting = missing.length > 0 ? `, waiting for ${namesInWords(missing, 'and')}` : ''
  return {
    met,
    why: `${voices.length} of ${terms.quorum} approvals under ${terms.rule}${waiting}`,
    voices: voices.length,
    missing,
  }
}

/** The time that everybody has agreed to: the shortest that was named. */
export function ttlAgreed({ approvals, terms }: Voted): number {
  return approvals.reduce((ttlMs, approval) => Math.min(ttlMs, approval.ttlMs ?? ttlMs), terms.ttlMs)
}

function differentPeople(approvals: readonly Approval[], { subject }: Terms): Approval[] {
  const bySubject = new Map(approvals.map((approval) => [approval.subject, approval]))
  bySubject.delete(subject)
  return [...bySubject.values()]
}

/** The groups of the places that nobody takes, once as many as possible are taken. */
function placesLeft(voices: readonly Approval[], { needs = [], approvers }: Terms): string[] {
  const places = needs.flatMap(({ from, atLeast }) => Array.from({ length: atLeast }, () => from))
  const later = new Set(approvers.slice(1).flatMap((step) => step.groups.map(({ name }) => name)))
  const takes = voices.map(({ groups }) => {
    const anywhere = groups === null || groups.some((group) => later.has(group) && !isNeeded(needs, group))
    return places.flatMap((group, place) => (anywhere || groups.includes(group) ? [place] : []))
  })
  const taken = matched(takes, places.length)
  return [...new Set(places.filter((_, place) => !taken.has(place)))]
}

function isNeeded(needs: readonly NeedTerms[], group: string): boolean {
  return needs.some(({ from }) => from === group)
}

/** As many places as different people can take (augmenting paths); the places that are taken. */
function matched(takes: readonly (readonly number[])[], count: number): ReadonlySet<number> {
  const takenBy = new Map<number, number>()
  const seat = (voice: number, tried: Set<number>): boolean =>
    (takes[voice] ?? []).some((place) => {
      if (tried.has(place)) return false
      tried.add(place)
      const other = takenBy.get(place)
      if (other !== undefined && !seat(other, tried)) return false
      takenBy.set(place, voice)
      return true
    })
  for (const voice of takes.keys()) if (takenBy.size < count) seat(voice, new Set())
  return new Set(takenBy.keys())
}
