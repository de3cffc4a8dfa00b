import { glassPurposes } from '../core/breaking-glass.ts'
import { formatDuration } from '../core/duration.ts'
import type { BreakGlassRule } from '../core/policy.ts'
import { glassDraftOf } from './emergency.ts'
import type { Question } from './explain.ts'
import { breakerOf } from './glass.ts'
import type { Deps } from './ports.ts'

type Needs = Pick<Deps, 'clock' | 'ids' | 'people' | 'policy' | 'store'> & {
  /** What the look-ups could not know. */
  readonly missing?: ReadonlySet<string>
}

/** The break-glass rule of an entitlement, and whether somebody could break the glass now. */
export type BreakGlassRow = {
  readonly rule: string
  readonly requesters: readonly string[]
  readonly fits: boolean
  /** Why he could, or what the bot would say. */
  readonly why: string
  readonly ttl: { readonly min: string; readonly default: string; readonly max: string }
  readonly review: { readonly by: readonly string[]; readonly within: string }
}

/** Decided by the code that runs when somebody breaks it, and nothing is changed. */
export async function explainGlass(deps: Needs, question: Question): Promise<BreakGlassRow | null> {
  const { breakGlass: rule } = question.entitlement
  if (!rule) return null
  const { name, requesters, ttl, review } = rule
  return {
    rule: name,
    requesters: requesters.map((group) => group.name),
    ...(await answerTo(deps, question, rule)),
    ttl: { min: formatDuration(ttl.minMs), default: formatDuration(ttl.defaultMs), max: formatDuration(ttl.maxMs) },
    review: { by: review.by.map((group) => group.name), within: formatDuration(review.withinMs) },
  }
}

async function answerTo(deps: Needs, { by, entitlement, purpose, ttlMs, reason }: Question, rule: BreakGlassRule) {
  const breaker = await breakerOf(deps, by, entitlement, 'lately')
  if (!breaker.ok) {
    const isOpen = breaker.refusal.code === 'may-not-break' && deps.missing !== undefined && deps.missing.size > 0
    return { fits: false, why: isOpen ? 'Nobody can tell without Slack.' : breaker.refusal.sentence }
  }
  const anyReason = { ...rule, reason: { minLength: 1, hint: undefined, pattern: undefined } }
  const wished = { ...breaker.value, rule: reason === undefined ? anyReason : rule }
  const named = purpose ?? glassPurposes(entitlement)[0] ?? ''
  const asked = { entitlement: entitlement.id, ttlMs, purpose: named, words: reason ?? 'any', confirm: entitlement.id }
  const drafted = await glassDraftOf(deps, wished, asked, deps.clock.now())
  return drafted.ok
    ? { fits: true, why: `He gets it at once, for ${formatDuration(drafted.value.terms.ttlMs)}, and a review is owed.` }
    : { fits: false, why: drafted.refusal.sentence }
}
