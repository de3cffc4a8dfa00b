import { raise } from '../core/alarm.ts'
import { nextAskAt } from '../core/asking.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import { merge, record } from '../core/change.ts'
import { lapseRequest } from '../core/deciding.ts'
import type { Effect } from '../core/effect.ts'
import { about } from '../core/granting.ts'
import type { Policy } from '../core/policy.ts'
import type { Request } from '../core/request.ts'
import { beginRevoke } from '../core/revoking.ts'
import { checkReason, chooseTtl } from '../core/rule-choice.ts'
import { type Terms, termsOf } from '../core/terms.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps } from './ports.ts'

const EVERY = Number.MAX_SAFE_INTEGER
type Needs = Pick<Deps, 'clock' | 'store' | 'policy' | 'reached' | 'log'>

/** The bot has started: recorded before anything else is done. */
export async function recordStart(deps: Needs, version: string): Promise<void> {
  await commit(deps, record({ name: 'system.started', at: deps.clock.now(), actor: 'system', detail: { version } }))
}

/** The bot stops of its own will. */
export async function recordStop(deps: Needs): Promise<void> {
  await commit(deps, record({ name: 'system.stopped', at: deps.clock.now(), actor: 'system' }))
}

/** What waited when the bot stopped goes on under the config of today. */
export async function resumePending(deps: Needs): Promise<void> {
  await lapseChanged(deps)
  await askPending(deps)
}

/** Pending requests whose terms are no longer those of the config lapse: nobody may agree to what was not shown. */
export async function lapseChanged(deps: Needs): Promise<void> {
  for (const { id } of await deps.store.requests({ states: ['pending'], limit: EVERY })) {
    await retryWhenStale(async () => {
      const request = await deps.store.request(id)
      if (request && !termsStand(deps.policy, request)) {
        await commit(deps, lapseRequest(request, 'terms-changed', deps.clock.now()))
      }
    })
  }
}

/**
 * Pending requests whose rule reminds or tells more people are asked on: an earlier version knew nothing of that, and left
 * nothing that would. Where it waits already, it comes as it would have come.
 */
async function askPending(deps: Needs): Promise<void> {
  const now = deps.clock.now()
  const effects = (await deps.store.requests({ states: ['pending'], limit: EVERY })).flatMap((request): Effect[] => {
    const rule = deps.policy.rules.get(request.terms.rule)
    const dueAt = rule && nextAskAt(request, rule, now)
    return dueAt === undefined ? [] : [{ kind: 'ask', request: request.id, dueAt }]
  })
  if (effects.length > 0) await commit(deps, { effects })
}

function termsStand(policy: Policy, { terms, reason }: Request): boolean {
  const entitlement = policy.entitlements.get(terms.entitlement)
  const rule = entitlement?.rules.find(({ name }) => name === terms.rule)
  const today: Terms | undefined = entitlement && rule && termsOf(terms, entitlement, rule)
  if (!rule || !today || canonicalJson(today) !== canonicalJson(terms)) return false
  const allowed = chooseTtl(rule, terms.ttlMs).ok && rule.purposes.includes(terms.purpose)
  return allowed && checkReason(rule, reason).ok
}

/**
 * The clock stood before the newest recorded instant: nothing that it says of an end can be trusted, so all access ends,
 * and nothing waits for an instant of the other time.
 */
export async function endAllForClock(deps: Needs, behindMs: number): Promise<void> {
  for (const lane of await deps.store.dueLanes(Number.MAX_SAFE_INTEGER)) await deps.store.hasten(lane, deps.clock.now())
  const jumped = { name: 'clock.jumped', at: deps.clock.now(), actor: 'system', detail: { behindMs } } as const
  await commit(deps, merge(record(jumped), raise({ about: 'clock' }, jumped.at)))
  for (const { id } of await deps.store.grants({ states: ['granting', 'active'], limit: EVERY })) {
    await retryWhenStale(async () => {
      const grant = await deps.store.grant(id)
      const ending = { cause: 'expired', by: 'system', detail: { why: 'clock-jumped' } } as const
      if (grant) await commit(deps, beginRevoke(grant, ending, deps.clock.now()))
    })
  }
}

/** Grants whose target is gone from the config cannot be revoked: said at every start, and the rest runs. */
export async function alarmLostTargets(deps: Needs): Promise<void> {
  const isLost = (target: string) => !deps.policy.targets.has(target)
  const targets = (await deps.store.liveTargets()).filter(isLost)
  if (targets.length === 0) return // before grants are read: there may be ten thousand
  const grants = await deps.store.grants({ states: ['granting', 'active', 'revoking'], limit: EVERY })
  const lost = grants.filter(({ target }) => isLost(target))
  const now = deps.clock.now()
  deps.log.error({ grants: lost.map(({ id }) => id) }, 'the config has lost the target of grants that are not revoked')
  const event = { name: 'grant.stuck', at: now, actor: 'system', detail: { cause: 'target-gone' } } as const
  const events = lost.map((grant) => record({ ...event, ...about(grant) }))
  await commit(deps, merge(...events, ...targets.map((target) => raise({ about: 'stuck', target }, now))))
}
