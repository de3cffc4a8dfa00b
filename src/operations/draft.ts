import { afterDenials, DENIALS_COUNT_MS } from '../core/denial.ts'
import { type Extension, extensionOf, mayExtend } from '../core/extending.ts'
import { keysOf, notFrozen } from '../core/freezing.ts'
import type { Active } from '../core/grant.ts'
import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import type { Entitlement, Rule } from '../core/policy.ts'
import type { PendingRequest } from '../core/request.ts'
import { accept, type Result } from '../core/result.ts'
import { draftRequest, type Membership, mayOpen, type Wanted, wanted } from '../core/submission.ts'
import { sha256 } from './hash.ts'
import { historyOf } from './history.ts'
import { openerOf } from './opener.ts'
import type { Asked } from './operations.ts'
import type { Deps, Freshness } from './ports.ts'

/** What somebody wants: an entitlement, or more time with a grant of it. */
export interface Wish {
  readonly by: SlackId
  readonly asked: Asked
  readonly entitlement: Entitlement
  readonly extended: Active | undefined
}

/** A request as it would be stored at `now`, and what it was drawn up from. */
export interface Draft {
  readonly request: PendingRequest
  readonly person: Person
  readonly rule: Rule
  /** Why rules before that one did not fit. */
  readonly passedOver: readonly string[]
  readonly membership: Membership
  readonly extension: Extension | undefined
  readonly now: number
}

type Needs = Pick<Deps, 'clock' | 'ids' | 'people' | 'policy' | 'store'>

/** Draws up the request for a wish, or says why it cannot be. Nothing is changed. */
export async function draftOf(deps: Needs, wish: Wish, freshness: Freshness): Promise<Result<Draft>> {
  const { by, asked, entitlement, extended } = wish
  const opener = await openerOf(deps, by, entitlement, { freshness, now: deps.clock.now() })
  if (!opener.ok) return opener
  const free = notFrozen(await deps.store.freezes(keysOf(opener.value.person)), 'yours')
  if (!free.ok) return free
  const { person, standing, membership, knownAt, silent } = opener.value
  const read = wanted(entitlement, asked, standing)
  if (!read.ok) return read
  const { rule, passedOver } = read.value.choice
  const now = deps.clock.now() // after the look-ups: the time that access lasts begins when it is given
  const extension = extended && extensionOf(extended, rule)
  const longer = extension
    ? mayExtend(extension, { subject: person.subject, ttlMs: read.value.ttlMs }, now)
    : accept(true)
  if (!longer.ok) return longer
  const history = await historyOf(deps, person, read.value, now)
  const extending = extended?.id ?? null
  const may = mayOpen(history, deps.policy.people.limits, extending)
  if (!may.ok) return may
  const again = await mayAskAgain(deps, person, read.value, now)
  if (!again.ok) return again
  const who = { person, membership, knownAt }
  const facts = { ...who, wanted: read.value, extends: extending, link: asked.link }
  const opening = { id: deps.ids.requestId(), ...facts, hash: sha256 }
  const request = draftRequest(opening, now)
  if (!request.ok) return silent && request.refusal.code === 'no-approver' ? { ok: false, refusal: silent } : request
  return accept({ request: request.value, person, rule, passedOver, membership, extension, now })
}

/** Nobody is asked over and over for what was denied; where nobody is asked, a deny was of another rule. */
async function mayAskAgain(
  { store }: Needs,
  { subject }: Person,
  { entitlement, choice, reason }: Wanted,
  now: number,
): Promise<Result<true>> {
  if (choice.rule.approval === 'none') return accept(true)
  const like = { subject, entitlement: entitlement.id, purpose: choice.purpose }
  return afterDenials(await store.denials(like, now - DENIALS_COUNT_MS), sha256(reason), now)
}
