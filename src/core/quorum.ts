import { type Left, type Places, placesInWords, placesLeft, type Seat } from './places.ts'
import type { Need } from './policy.ts'
import type { Approval, Request } from './request.ts'
import { namesInWords } from './rule-choice.ts'
import type { GroupTerms, Terms } from './terms.ts'

/** Whether the quorum is met, how far it is, and the sentence that says so. */
export interface Assessment {
  readonly met: boolean
  readonly why: string
  /** Different people so far. */
  readonly voices: number
  /** Groups of which somebody could still help; empty where it does not matter of which they are. */
  readonly missing: readonly string[]
  /** Whether somebody of each of them is missing, or of any. */
  readonly between: 'and' | 'or'
}

type Voted = Pick<Request, 'approvals' | 'terms'>

/**
 * Counts different people, never the requester. Where the rule says how many of which group, each person stands for one
 * place only, whatever else he is a member of; whoever came by an escalation may stand for any.
 */
export function assess({ approvals, terms }: Voted): Assessment {
  const voices = differentPeople(approvals, terms)
  const left = placesLeft(
    terms.needs ?? [],
    voices.map((voice) => seatOf(terms, voice.groups)),
  )
  const between = left.from.length > left.count ? 'or' : 'and'
  const waiting = left.count > 0 ? `, waiting for ${namesInWords(left.from, between)}` : ''
  return {
    met: isMet(terms, voices.length, left),
    why: `${voices.length} of ${terms.quorum} approvals under ${terms.rule}${waiting}`,
    voices: voices.length,
    missing: left.from,
    between,
  }
}

/** Who could agree, one for each different person: the groups that he is in. */
export type Could = readonly (readonly string[])[]

/** Whether the quorum could be met at all, if everybody agreed who could. */
export function couldBeMet(terms: Wanting, could: Could): boolean {
  const seats = could.map((groups) => seatOf(terms, groups))
  return isMet(terms, could.length, placesLeft(terms.needs ?? [], seats))
}

function isMet({ quorum }: Pick<Terms, 'quorum'>, voices: number, left: Left): boolean {
  return voices >= quorum && left.count === 0
}

type Wanting = Pick<Terms, 'quorum'> & {
  readonly needs?: readonly Places[] | undefined
  readonly approvers: readonly { readonly groups: readonly Pick<GroupTerms, 'name'>[] }[]
}

/** The parts of a rule, as its terms have them. */
export function placesOf(needs: readonly Need[]): Places[] {
  return needs.map(({ from, atLeast }) => ({ from: from.name, atLeast }))
}

/** Who must agree, where it matters of which groups they are: `1 of leads and 1 of security`. */
export function mustAgree({ needs, quorum }: { readonly needs: readonly Places[]; readonly quorum: number }): string {
  const asked = needs.reduce((sum, { atLeast }) => sum + atLeast, 0)
  return `${placesInWords(needs)}${quorum > asked ? `, ${quorum} people in all,` : ''}`
}

/** The time that everybody has agreed to: the shortest that was named. */
export function ttlAgreed({ approvals, terms }: Voted): number {
  return approvals.reduce((ttlMs, approval) => Math.min(ttlMs, approval.ttlMs ?? ttlMs), terms.ttlMs)
}

/** Nobody counts twice, under a second account or after a change of his e-mail address; the requester never counts. */
function differentPeople(approvals: readonly Approval[], { subject, requester }: Terms): Approval[] {
  const others = approvals.filter((approval) => approval.subject !== subject && approval.by !== requester)
  return others.filter(
    (one, index) => !others.slice(0, index).some(({ subject, by }) => subject === one.subject || by === one.by),
  )
}

/** Where somebody may sit: a group of a later step that is no part itself stands for any. Who came by no group that was noted, nowhere. */
function seatOf({ needs = [], approvers }: Wanting, groups: readonly string[] | null): Seat {
  if (groups === null) return []
  const parts = new Set(needs.map(({ from }) => from))
  const later = new Set(approvers.slice(1).flatMap((step) => step.groups.map(({ name }) => name)))
  return groups.some((group) => later.has(group) && !parts.has(group)) ? 'anywhere' : groups
}
