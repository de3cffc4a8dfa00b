import { formatDuration } from '../core/duration.ts'
import type { SlackId } from '../core/ids.ts'
import type { Entitlement, Policy, Rule } from '../core/policy.ts'
import { mustAgree, placesOf } from '../core/quorum.ts'
import { accept, type Refusal, type Result } from '../core/result.ts'
import { rulesFor } from '../core/rule-choice.ts'
import { askingOnce } from './asked-once.ts'
import { answered, commit } from './commit.ts'
import { draftOf } from './draft.ts'
import { glassFor } from './glass.ts'
import { standingOf } from './opener.ts'
import type { Askable, AskableRule, Asked, Breakable, Said } from './operations.ts'
import type { Deps } from './ports.ts'
import { noSuchEntitlement } from './submit.ts'

/** What somebody may ask for now, from what is cached. */
export async function askable(deps: Needs, by: SlackId): Promise<Result<readonly Askable[]>> {
  const looked = await lookThrough(deps, by)
  return looked.ok ? accept(looked.value.found) : looked
}

type Needs = Pick<Deps, 'clock' | 'people' | 'policy' | 'store'>

interface LookedThrough {
  readonly found: readonly Askable[]
  /** Entitlements of which nobody can tell just now whether he may ask for them. */
  readonly unknown: readonly string[]
}

/** A group that cannot be read takes away only what depends on it; refused where nothing else is left. */
async function lookThrough(deps: Needs, by: SlackId): Promise<Result<LookedThrough>> {
  const person = await deps.people.lookUp(by, 'lately')
  if (!person.ok) return person
  const needs = { ...deps, people: askingOnce(deps.people) }
  const lately = { freshness: 'lately', now: deps.clock.now() } as const
  const looks = [...deps.policy.entitlements.values()].map(async (entitlement) => {
    return { entitlement, standing: await standingOf(needs, person.value, entitlement, lately) }
  })
  const found: Askable[] = []
  const failed: { readonly id: string; readonly refusal: Refusal }[] = []
  for (const { entitlement, standing } of await Promise.all(looks)) {
    const rules = standing.ok ? rulesFor(entitlement, standing.value) : []
    if (!standing.ok) failed.push({ id: entitlement.id, refusal: standing.refusal })
    else if (rules.length > 0) found.push(askableOf(entitlement, rules))
  }
  const [first] = failed
  if (first && found.length === 0) return { ok: false, refusal: first.refusal }
  return accept({ found, unknown: failed.map(({ id }) => id) })
}

function askableOf({ id, title, target }: Entitlement, rules: readonly Rule[]): Askable {
  return { entitlement: id, title, target: target.name, rules: rules.map(ruleOf) }
}

/** A rule as the forms need it. */
export function ruleOf({
  name,
  approval,
  approvers,
  quorum,
  needs,
  purposes,
  defaultPurpose,
  ttl,
  reason,
}: Rule): AskableRule {
  const { minLength, hint } = reason
  const names = approvers.map((group) => group.name)
  const who = { approvers: names, quorum, needs: placesOf(needs) }
  return { name, approval, ...who, purposes, defaultPurpose, ttl, reason: { minLength, hint } }
}

/** Whether a filled form would be accepted; decided as `submit` does, from the cache, and nothing is changed. */
export async function wouldAccept(deps: Deps, by: SlackId, asked: Asked): Promise<Result<true>> {
  const entitlement = deps.policy.entitlements.get(asked.entitlement)
  if (!entitlement) return noSuchEntitlement(asked.entitlement)
  const draft = await draftOf(deps, { by, asked, entitlement, extended: undefined }, 'lately')
  return draft.ok ? accept(true) : draft
}

/** A person asks what he may ask for. */
export async function list(deps: Deps, said: Said): Promise<void> {
  const found = await lookThrough(deps, said.by)
  const glass = found.ok ? await glassFor(deps, said.by) : found
  const lines = found.ok
    ? [...listing(found.value), ...(glass.ok ? glassLines(glass.value.found, deps.policy) : [])]
    : []
  const sentence = found.ok ? lines.join('\n') : found.refusal.sentence
  await commit(deps, answered(said, sentence, deps.clock.now()))
}

function listing({ found, unknown }: LookedThrough): string[] {
  if (found.length === 0) return ['There is nothing that you can ask for. Ask the security team.']
  return [...found.map(lineOf), ...(unknown.length > 0 ? [unknownLine(unknown)] : [])]
}

function unknownLine(ids: readonly string[]): string {
  return `I cannot tell just now whether you may ask for ${namesOf(ids)}: a group or a schedule does not answer. Try again in a minute.`
}

/** So many are named: the form lists all. */
const MOST_NAMED = 25

/** In an emergency, what the glass can be broken for. */
function glassLines(found: readonly Breakable[], { command }: Pick<Policy, 'command'>): string[] {
  if (found.length === 0) return []
  const which = namesOf(found.map(({ entitlement }) => entitlement))
  return [`In an emergency, when nobody can approve: ${command} emergency ENTITLEMENT REASON, for ${which}`]
}

function namesOf(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED
  return `${ids.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Of which groups they are, where that matters. */
function whoOf(rule: AskableRule | undefined): string | undefined {
  return rule?.needs?.length ? mustAgree({ ...rule, needs: rule.needs }) : rule?.approvers.join(' or ')
}

function lineOf({ entitlement, title, target, rules }: Askable): string {
  const most = Math.max(...rules.map(({ ttl }) => ttl.maxMs))
  const asks = rules[0]?.approval === 'none' ? 'without approval' : `${whoOf(rules[0])} must agree`
  return `${entitlement}: ${title}, on ${target}, at most ${formatDuration(most)}, ${asks}`
}
