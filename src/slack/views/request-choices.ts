import type { PlainTextElement, PlainTextOption } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import { ttlAgreed } from '../../core/quorum.ts'
import type { Request } from '../../core/request.ts'
import type { Askable, AskableRule } from '../../operations/operations.ts'
import { clip, plainText } from './blocks.ts'
import { durationInWords } from './duration-words.ts'

/** As many options as one menu, or one answer to a search, may have. */
export const MOST_OPTIONS = 100
const MOST_OPTION_TEXT = 75

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Lengths that people ask for. */
const ROUND = [
  ...[1, 2, 5, 10, 15, 20, 30, 45].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR),
  ...[1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY),
]

/** `orders-read: Read the orders database`; the id is found by typing in either kind of menu. */
export function entitlementOption({ entitlement, title, target }: Askable): PlainTextOption {
  return {
    text: plainText(clip(`${entitlement}: ${title}`, MOST_OPTION_TEXT)),
    description: plainText(clip(`on ${target}`, MOST_OPTION_TEXT)),
    value: entitlement,
  }
}

export function purposeOption(purpose: string): PlainTextOption {
  return { text: plainText(purpose), value: purpose }
}

export function ttlOption({ ttl }: AskableRule, ms: number): PlainTextOption {
  const usual = ms === ttl.defaultMs ? ' (usual)' : ''
  return { text: plainText(`${durationInWords(ms)}${usual}`), value: formatDuration(ms) }
}

/** The rule's own lengths, the one that is chosen, and round ones between, the shortest first. */
export function ttlsFor({ ttl }: AskableRule, chosen: number | undefined): readonly number[] {
  const { minMs, defaultMs, maxMs } = ttl
  const round = ROUND.filter((ms) => ms > minMs && ms < maxMs)
  const all = new Set([minMs, defaultMs, maxMs, ...round, ...(chosen === undefined ? [] : [chosen])])
  return [...all].sort((one, other) => one - other)
}

/** Lengths that an approver may agree to instead: shorter than what is agreed so far, the longest first; none without a rule. */
export function shorterTimes(
  request: Pick<Request, 'approvals' | 'terms'>,
  leastMs: number | undefined,
): readonly number[] {
  if (leastMs === undefined) return []
  const agreedMs = ttlAgreed(request)
  const all = new Set([leastMs, ...ROUND.filter((ms) => ms > leastMs)])
  return [...all].filter((ms) => ms < agreedMs).toSorted((one, other) => other - one)
}

/** The answer to a search in the menu: options, or one group whose label says that there are more. */
export type Suggestions =
  | { readonly options: PlainTextOption[] }
  | { readonly option_groups: { readonly label: PlainTextElement; readonly options: PlainTextOption[] }[] }

/** Entitlements whose id and title have all the typed words; an id that begins with what was typed comes first. */
export function suggestionsFor(found: readonly Askable[], typed: string): Suggestions {
  const query = typed.trim().toLowerCase()
  const words = query.split(/\s+/)
  const matching = found.filter(({ entitlement, title }) => {
    const text = `${entitlement} ${title}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const rank = ({ entitlement }: Askable) => (entitlement === query ? 0 : entitlement.startsWith(query) ? 1 : 2)
  const sorted = matching.toSorted((one, other) => rank(one) - rank(other))
  const options = sorted.slice(0, MOST_OPTIONS).map(entitlementOption)
  if (sorted.length <= MOST_OPTIONS) return { options }
  const label = plainText(`The first ${MOST_OPTIONS} of ${sorted.length}: type more of the name`)
  return { option_groups: [{ label, options }] }
}
