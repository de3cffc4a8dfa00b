import { formatDuration } from '../core/duration.ts'
import type { SlackId, Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { decidersOf, type Entitlement, type Rule } from '../core/policy.ts'
import { mustAgree, placesOf } from '../core/quorum.ts'
import type { Refusal, Result } from '../core/result.ts'
import { misfitOf, namesOf, type Standing } from '../core/rule-choice.ts'
import { othersWhoDecide } from '../core/submission.ts'
import { type Draft, draftOf } from './draft.ts'
import { type BreakGlassRow, explainGlass } from './explain-glass.ts'
import { grantRow, type Row, requestRow } from './listing.ts'
import { openerOf } from './opener.ts'
import type { Deps } from './ports.ts'

/** How many requests and grants of a person are looked through. */
const EVERY = Number.MAX_SAFE_INTEGER

type Needs = Pick<Deps, 'clock' | 'ids' | 'people' | 'policy' | 'store'> & {
  /** What the look-ups could not know; nothing where Slack is asked. */
  readonly missing?: ReadonlySet<string>
}

/** Who might ask for what. What is not given is taken as whatever is allowed. */
export interface Question {
  readonly by: SlackId
  readonly entitlement: Entitlement
  readonly purpose: string | undefined
  /** Milliseconds. */
  readonly ttlMs: number | undefined
  readonly reason: string | undefined
}

/** A rule, and what it comes to for somebody; under the names of the config. */
export type RuleRow = {
  readonly rule: string
  readonly fits: boolean
  readonly why: string
  readonly purposes: readonly string[]
  readonly default_purpose: string | null
  readonly ttl: { readonly min: string; readonly default: string; readonly max: string }
  readonly limit: { readonly uses: number; readonly per: string; readonly used: number } | null
  readonly approval: Rule['approval']
  readonly quorum: number
  readonly approvers: readonly string[]
  /** How many of which group must agree; empty where that does not matter. */
  readonly needs: readonly { readonly from: string; readonly at_least: number }[]
  /** Who else may approve, by Slack id. */
  readonly others: readonly SlackId[]
}

/** What the bot would say now, and why. */
export interface Explanation {
  readonly answer: 'yes' | 'no' | 'unknown'
  /** The answer in one sentence. */
  readonly sentence: string
  readonly person: { readonly id: SlackId | null; readonly subject: Subject; readonly name: string } | null
  /** In the order in which they are tried. */
  readonly rules: readonly RuleRow[]
  readonly grants: readonly Row[]
  readonly requests: readonly Row[]
  readonly break_glass: BreakGlassRow | null
  /** What could not be known. */
  readonly missing: readonly string[]
}

/** Explains whether somebody may ask for an entitlement; decided by the code that `submit` runs, and nothing is changed. */
export async function explain(deps: Needs, question: Question): Promise<Explanation> {
  const { by, entitlement } = question
  const opener = await openerOf(deps, by, entitlement, { freshness: 'lately', now: deps.clock.now() })
  if (!opener.ok) return unexplained(deps, opener.refusal)
  const { person, standing, membership } = opener.value
  const drafted = await firstDraft(deps, question)
  const [requests, grants] = await Promise.all([
    deps.store.requests({ subject: person.subject, states: ['pending'], limit: EVERY }),
    deps.store.grants({ subject: person.subject, states: ['granting', 'active', 'revoking'], limit: EVERY }),
  ])
  const others = (rule: Rule) => othersWhoDecide(rule, membership, person.id)
  return {
    ...answerTo(deps, question, drafted, person),
    person: { id: person.id || null, subject: person.subject, name: person.name },
    rules: entitlement.rules.map((rule) =>
      ruleRow(rule, { standing, others: others(rule), purpose: question.purpose }),
    ),
    grants: grants.filter((grant) => grant.entitlement === entitlement.id).map(grantRow),
    requests: requests.map(requestRow),
    break_glass: await explainGlass(deps, question),
    missing: [...(deps.missing ?? [])],
  }
}

/** Nothing more is said about somebody who counts as nobody. */
function unexplained({ missing }: Needs, { sentence }: Refusal): Explanation {
  const unsure = missing !== undefined && missing.size > 0
  return {
    answer: unsure ? 'unknown' : 'no',
    sentence: unsure ? `Nobody can tell without Slack. ${sentence}` : `No. The bot would say: ${sentence}`,
    person: null,
    rules: [],
    grants: [],
    requests: [],
    break_glass: null,
    missing: [...(missing ?? [])],
  }
}

/** The request as `submit` would open it, for the purpose that was named, or for any that works. */
async function firstDraft(deps: Needs, { by, entitlement, purpose, ttlMs, reason }: Question): Promise<Result<Draft>> {
  const wished = reason === undefined ? withAnyReason(entitlement) : entitlement
  const purposes = purpose === undefined ? purposesOf(entitlement) : [purpose]
  let refused: Result<Draft> | undefined
  for (const named of purposes) {
    const asked = { entitlement: entitlement.id, ttlMs, purpose: named, words: reason ?? 'any' }
    const drafted = await draftOf(deps, { by, asked, entitlement: wished, extended: undefined }, 'lately')
    if (drafted.ok) return drafted
    refused ??= drafted
  }
  if (!refused) throw new Error('a rule has a purpose')
  return refused
}

/** The usual purposes first. */
function purposesOf({ rules }: Entitlement): readonly string[] {
  const usual = rules.flatMap((rule) => rule.defaultPurpose ?? [])
  return [...new Set([...usual, ...rules.flatMap((rule) => rule.purposes)])]
}

function withAnyReason(entitlement: Entitlement): Entitlement {
  const reason = { minLength: 1, hint: undefined, pattern: undefined }
  return { ...entitlement, rules: entitlement.rules.map((rule) => ({ ...rule, reason })) }
}

/** What more groups could change; anything else is sure without knowing them. */
const OPEN_QUESTIONS = ['no-rule', 'no-approver']

function answerTo({ missing }: Needs, { entitlement }: Question, drafted: Result<Draft>, { name }: Person) {
  if (drafted.ok) return { answer: 'yes', sentence: yesSentence(drafted.value, name) } as const
  const { code, sentence } = drafted.refusal
  if (missing?.size && OPEN_QUESTIONS.includes(code)) {
    const what = `whether ${name} may ask for ${entitlement.id}`
    return { answer: 'unknown', sentence: `Nobody can tell without Slack ${what}.` } as const
  }
  return { answer: 'no', sentence: `No. The bot would say: ${sentence}` } as const
}

function yesSentence({ request, rule, membership }: Draft, name: string): string {
  const { entitlement, target, account, ttlMs, purpose } = request.terms
  const what = `${name} may ask for ${entitlement} (${target} as ${account}, ${formatDuration(ttlMs)}, ${purpose}) under ${rule.name}`
  if (rule.approval === 'none') return `Yes: ${what}, and gets it at once, without approval.`
  const count = othersWhoDecide(rule, membership, request.terms.requester).length
  const parts = placesOf(rule.needs)
  const whom = `${parts.length > 0 ? mustAgree({ ...rule, needs: parts }) : `${rule.quorum} of ${namesOf(rule.approvers)}`} must agree`
  return `Yes: ${what}; ${whom}, and ${count} ${count === 1 ? 'person' : 'people'} could.`
}

interface RuleFacts {
  readonly standing: Standing
  readonly others: readonly SlackId[]
  readonly purpose: string | undefined
}

function ruleRow(rule: Rule, { standing, others, purpose }: RuleFacts): RuleRow {
  const { ttl, limit } = rule
  const misfit = misfitOf(rule, purpose, standing)
  const mine = rule.requesters.filter(({ name }) => standing.memberOf.has(name))
  return {
    rule: rule.name,
    fits: misfit === undefined,
    why: misfit ?? `he is in ${mine.map(({ name }) => name).join(' and ')}`,
    purposes: rule.purposes,
    default_purpose: rule.defaultPurpose ?? null,
    ttl: { min: formatDuration(ttl.minMs), default: formatDuration(ttl.defaultMs), max: formatDuration(ttl.maxMs) },
    limit: limit
      ? { uses: limit.uses, per: formatDuration(limit.perMs), used: standing.uses.get(rule.name) ?? 0 }
      : null,
    approval: rule.approval,
    quorum: rule.quorum,
    approvers: decidersOf(rule).map(({ name }) => name),
    needs: placesOf(rule.needs).map(({ from, atLeast }) => ({ from, at_least: atLeast })),
    others,
  }
}
