import { formatDuration } from './duration.ts'
import type { Entitlement, Group, Rule } from './policy.ts'
import { accept, type Result, refuse } from './result.ts'

/** What decides which rule a request falls under. */
export interface Standing {
  /** Names of the groups that the person belongs to. */
  readonly memberOf: ReadonlySet<string>
  /** Grants in the rolling window of each rule that has a limit. */
  readonly uses: ReadonlyMap<string, number>
}

/** The rule a request falls under, and how the words were read for it. */
export interface Choice {
  readonly rule: Rule
  readonly purpose: string
  /** Still unchecked. */
  readonly reason: string
  /** Why each rule before it did not fit. */
  readonly passedOver: readonly string[]
}

/** What was said of why: the form names the purpose, in one line it may stand in front of the reason. */
export interface Why {
  readonly purpose?: string | undefined
  readonly words: string
}

/**
 * The first rule of the entitlement that fits. In one line the first word is the purpose if it stands literally in the
 * list of a rule that the person may use; otherwise it belongs to the reason, and the rule's default purpose counts.
 */
export function chooseRule(entitlement: Entitlement, why: Why, standing: Standing): Result<Choice> {
  const { purpose: named, reason } = readWhy(entitlement, why, standing)
  const passedOver: string[] = []
  for (const rule of entitlement.rules) {
    const misfit = misfitOf(rule, named, standing)
    if (misfit) {
      passedOver.push(`${rule.name}: ${misfit}`)
      continue
    }
    const purpose = named ?? rule.defaultPurpose
    if (purpose !== undefined) return accept({ rule, purpose, reason, passedOver })
    return refuse('no-purpose', `Say what for, before the reason: ${rule.purposes.join(', ')}.`)
  }
  return refuse('no-rule', `You cannot ask for ${entitlement.id} now. ${passedOver.join('; ')}.`)
}

function readWhy(entitlement: Entitlement, { purpose, words }: Why, standing: Standing) {
  if (purpose !== undefined) return { purpose, reason: words }
  const [first, rest] = splitFirst(words)
  const named = entitlement.rules.some((rule) => mayAsk(rule, standing) && rule.purposes.includes(first))
  return named ? { purpose: first, reason: rest } : { purpose: undefined, reason: words }
}

/** The rules that somebody may use now, whatever the purpose. */
export function rulesFor(entitlement: Entitlement, standing: Standing): readonly Rule[] {
  return entitlement.rules.filter((rule) => misfitOf(rule, undefined, standing) === undefined)
}

function splitFirst(words: string): [string, string] {
  const match = /^(\S*)\s*(.*)$/s.exec(words)
  return [match?.[1] ?? '', match?.[2] ?? '']
}

function mayAsk(rule: Rule, { memberOf }: Standing): boolean {
  return rule.requesters.some((group) => memberOf.has(group.name))
}

/** Why somebody cannot use a rule now, for that purpose or for any; `undefined`: he can. */
export function misfitOf(rule: Rule, purpose: string | undefined, standing: Standing): string | undefined {
  if (!mayAsk(rule, standing)) return `it is for ${namesOf(rule.requesters)}`
  if (purpose !== undefined && !rule.purposes.includes(purpose)) return `it is not for “${purpose}”`
  const used = standing.uses.get(rule.name) ?? 0
  return rule.limit && used >= rule.limit.uses
    ? `used ${used} times in the last ${formatDuration(rule.limit.perMs)}, which is its limit`
    : undefined
}

export function namesOf(groups: readonly Pick<Group, 'name'>[]): string {
  return namesInWords(
    groups.map((group) => group.name),
    'or',
  )
}

export function namesInWords(names: readonly string[], between: 'and' | 'or'): string {
  return names.join(` ${between} `)
}

/** The length of access: the rule's default if none was typed; outside the rule's bounds it is refused. */
export function chooseTtl(rule: Pick<Rule, 'name' | 'ttl'>, asked: number | undefined): Result<number> {
  const { minMs, defaultMs, maxMs } = rule.ttl
  const ttlMs = asked ?? defaultMs
  if (Number.isSafeInteger(ttlMs) && ttlMs >= minMs && ttlMs <= maxMs) return accept(ttlMs)
  return refuse('ttl', `Under ${rule.name} the length is from ${formatDuration(minMs)} to ${formatDuration(maxMs)}.`)
}

/** Whether the reason says enough for the rule. `reason` has passed `checkText`. */
export function checkReason(rule: Pick<Rule, 'reason'>, reason: string): Result<string> {
  const { minLength, pattern, hint } = rule.reason
  const help = hint === undefined ? '' : ` ${hint}.`
  if (reason === '') return refuse('reason-short', `Say why, too.${help}`)
  if ([...reason].length < minLength)
    return refuse('reason-short', `Say why in at least ${minLength} characters.${help}`)
  if (pattern && !pattern.found(reason)) {
    return refuse('reason-pattern', `${help} The reason needs something like ${pattern.source}.`.trim())
  }
  return accept(reason)
}
