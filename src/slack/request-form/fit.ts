import { formatDuration } from '../../core/duration.ts'
import type { Askable, AskableRule } from '../../operations/operations.ts'
import type { About, Entry, Faults } from './entry.ts'

/** An entry as the form can show it: what is chosen is really offered. */
export interface Fitted {
  readonly chosen: Choice | undefined
  readonly purpose: string | undefined
  readonly ttlMs: number | undefined
  readonly words: string
  readonly faults: Faults
  readonly about?: About | undefined
}

/** The chosen entitlement, and the rule that counts. */
export interface Choice {
  readonly askable: Askable
  readonly rule: AskableRule
}

/** Fits an entry to what may be asked for. What was typed and is not possible is said in place, and has to be chosen. */
export function fitEntry(found: readonly Askable[], entry: Entry): Fitted {
  const askable = found.find(({ entitlement }) => entitlement === entry.entitlement) ?? theOnlyOne(found, entry)
  if (!askable) return { ...entry, chosen: undefined, faults: { ...notAskable(entry), ...entry.faults } }
  const { purpose, words, fault } = fitPurpose(askable, entry)
  const rule = ruleFor(askable, purpose)
  if (!rule) throw new Error(`${askable.entitlement} may be asked for under no rule`)
  const ttl = fitTtl(rule, entry)
  const faults = { ...(fault ? { purpose: fault } : {}), ...(ttl.fault ? { ttl: ttl.fault } : {}), ...entry.faults }
  return { chosen: { askable, rule }, purpose, ttlMs: ttl.ttlMs, words, faults, about: entry.about }
}

/** Every purpose that some rule has, in the order of the rules. */
export function purposesOf({ rules }: Askable): readonly string[] {
  return [...new Set(rules.flatMap((rule) => rule.purposes))]
}

/** Who has no choice need not choose. */
function theOnlyOne(found: readonly Askable[], { entitlement, faults }: Entry): Askable | undefined {
  return found.length === 1 && entitlement === undefined && !faults.entitlement ? found[0] : undefined
}

function notAskable({ entitlement }: Entry): Faults {
  return entitlement === undefined ? {} : { entitlement: `You cannot ask for ${entitlement} now.` }
}

function ruleFor({ rules }: Askable, purpose: string | undefined): AskableRule | undefined {
  return rules.find((rule) => purpose !== undefined && rule.purposes.includes(purpose)) ?? rules[0]
}

function fitPurpose(askable: Askable, { from, purpose, words }: Entry) {
  const purposes = purposesOf(askable)
  const usual = askable.rules[0]?.defaultPurpose
  const [first = ''] = words.split(/\s/, 1)
  if (from === 'line' && purposes.includes(first)) return { purpose: first, words: words.slice(first.length).trim() }
  if (purpose === undefined || purposes.includes(purpose)) return { purpose: purpose ?? usual, words }
  if (from === 'form') return { purpose: usual, words }
  return { purpose: undefined, words, fault: `“${purpose}” is not possible here. Choose one.` }
}

/** The length as the form can show it; one that is not possible is said in place. */
export function fitTtl(
  { ttl }: AskableRule,
  { from, ttlMs, faults }: Pick<Entry, 'from' | 'ttlMs' | 'faults'>,
): { ttlMs: number | undefined; fault?: string } {
  const { minMs, defaultMs, maxMs } = ttl
  if (faults.ttl) return { ttlMs: undefined }
  if (ttlMs === undefined || (ttlMs >= minMs && ttlMs <= maxMs)) return { ttlMs: ttlMs ?? defaultMs }
  if (from === 'form') return { ttlMs: defaultMs }
  const bounds = `from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`
  return { ttlMs: undefined, fault: `${formatDuration(ttlMs)} is not possible here: ${bounds}. Choose one.` }
}
