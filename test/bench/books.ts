import { loadConfig } from '../../src/config/load.ts'
import type { Change } from '../../src/core/change.ts'
import { addApproval, approveRequest } from '../../src/core/deciding.ts'
import { activate, openHolding } from '../../src/core/granting.ts'
import { CROCKFORD, type RequestId } from '../../src/core/ids.ts'
import { openRequest } from '../../src/core/opening.ts'
import type { Person } from '../../src/core/person.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { PendingRequest } from '../../src/core/request.ts'
import type { Result } from '../../src/core/result.ts'
import { draftRequest, wanted } from '../../src/core/submission.ts'
import { sha256 } from '../../src/operations/hash.ts'
import { writeButtonValue } from '../../src/slack/button-value.ts'
import { openSqlite, type SqliteStore } from '../../src/store/open.ts'
import type { Place } from './bot.ts'
import { emailOf, entitlementId, leadId, PER_PERSON, personId } from './crowd.ts'
import type { PressOf } from './slack-bytes.ts'

const TTL_MS = 15 * 60_000
const AT_ONCE = 2_000
const HOUR_MS = 3_600_000

/** Fills a database by the store's own commits, as the core decides them, so that everything holds in it that holds in a real one. */
export async function write(place: Place, count: number, changeOf: (policy: Policy, nth: number) => Change) {
  const policy = policyOf(place)
  const store = await openSqlite(place.database)
  try {
    for (let from = 0; from < count; from += AT_ONCE) {
      const changes = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => changeOf(policy, from + at))
      await Promise.all(changes.map((change) => store.commit({ ...change, effects: [] })))
    }
    await store.setFedUpTo('security', await lastSequence(store, count))
  } finally {
    await store.close()
  }
}

function policyOf({ variables }: Place): Policy {
  const loaded = loadConfig(variables.BREAKGLASS_CONFIG ?? '', variables)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.config.policy
}

/** All that was written counts as told. */
async function lastSequence(store: SqliteStore, count: number): Promise<number> {
  let last = 0
  for (let page = await store.events({ limit: 1 }); page.length > 0; ) {
    last = page.at(-1)?.sequence ?? last
    page = await store.events({ after: last + Math.max(1, count), limit: 1 })
    if (page.length === 0) page = await store.events({ after: last, limit: 10_000 })
  }
  return last
}

/** A request that waits, with its cards posted. */
export function waiting(policy: Policy, nth: number, openedAt: number): Change {
  return opened(draft(policy, nth, openedAt))
}

/** A request of long ago that nobody decided. */
export function lapsedLongAgo(policy: Policy, nth: number, openedAt: number): Change {
  const request = draft(policy, nth, openedAt)
  const { events = [] } = openRequest(request, [], [])
  const lapsedAt = openedAt + HOUR_MS
  const { id: about, terms } = request
  const subject = { subject: terms.subject, entitlement: terms.entitlement, request: about }
  return {
    requests: [{ ...request, state: 'lapsed', lapsedAt, cause: 'too-late' }],
    events: [...events, { name: 'request.lapsed', at: lapsedAt, actor: 'system', ...subject }],
  }
}

/** A grant that is active and ends at an instant, with all that went before it, and with posted cards. */
export function activeUntil(policy: Policy, nth: number, endsAt: number): Change {
  const at = endsAt - TTL_MS
  const request = draft(policy, nth, at)
  const lead = personOf(leadId(nth))
  const voted = agreed(addApproval(request, lead, { groups: [], ttlMs: undefined }, at))
  const holding = { ...openHolding(`holding-${nth}`, request, at), preexisting: false }
  const approved = approveRequest(voted, { holding, guards: [] }, lead.id, at)
  const begun = approved.grants?.[0]
  if (begun?.state !== 'granting') throw new Error('an approved request has a grant')
  const active = activate(begun, at)
  const first = opened(request)
  return {
    ...first,
    ...approved,
    grants: active.grants ?? [],
    copies: first.copies ?? [],
    events: [...(first.events ?? []), ...(approved.events ?? []), ...(active.events ?? [])],
    redraws: [],
  }
}

function opened(request: PendingRequest): Change {
  const { id, terms } = request
  const posted = { version: 0, request: id, ts: tsOf(id), thread: null, stepMs: 0, failed: null }
  const card = { ...posted, id: `card-${id}`, audience: 'approvers', destination: 'C0REQUESTS', channel: 'C0REQUESTS' }
  const own = { ...posted, id: `own-${id}`, audience: 'requester', destination: terms.requester, channel: 'D0BENCH' }
  return openRequest(request, [card, own] as Parameters<typeof openRequest>[1], [])
}

/** Presses on Approve of the first so many requests that were written as waiting. */
export function pressesOn(place: Place, count: number, openedAt: number): PressOf[] {
  const policy = policyOf(place)
  return Array.from({ length: count }, (_, nth) => {
    const { id: request, digest } = draft(policy, nth, openedAt)
    const value = writeButtonValue({ request, copy: `card-${request}`, digest })
    return { by: leadId(nth), request, value, channel: 'C0REQUESTS', ts: tsOf(request) }
  })
}

function tsOf(request: RequestId): string {
  return `1780000000.${request.slice(2)}`
}

function draft(policy: Policy, nth: number, at: number): PendingRequest {
  const person = personOf(personId(Math.floor(nth / PER_PERSON)))
  const entitlement = policy.entitlements.get(entitlementId(nth))
  if (!entitlement) throw new Error('the config has every entitlement')
  const standing = { memberOf: new Set(['engineers']), uses: new Map<string, number>() }
  const asked = agreed(wanted(entitlement, { ttlMs: TTL_MS, words: `INC-${nth} replica lag` }, standing))
  return agreed(
    draftRequest({ id: nthId(nth), person, wanted: asked, extends: null, membership: {}, hash: sha256 }, at),
  )
}

function personOf(id: string): Person {
  return { id, name: id.toLowerCase(), subject: emailOf(id), asOf: 'now' }
}

function agreed<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.refusal.sentence)
  return result.value
}

/** Six letters of Crockford's base 32. */
export function nthId(nth: number): RequestId {
  const letters = Array.from({ length: 6 }, (_, at) => CROCKFORD[Math.floor(nth / 32 ** (5 - at)) % 32])
  return `R-${letters.join('')}`
}
