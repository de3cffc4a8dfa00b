import type { BreakGlassRule, Entitlement, Policy } from '../../src/core/policy.ts'
import { emergency } from '../../src/operations/emergency.ts'
import type { GlassAsked } from '../../src/operations/operations.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy } from './make.ts'
import type { World } from './world.ts'

/** Ann and Ben may break the glass; Dee is told by name; Sam and Sue review. */
function makeBreakGlass(change: Partial<BreakGlassRule> = {}): BreakGlassRule {
  return {
    name: 'oncall-only',
    requesters: [makeGroup('oncall', ['U0ANN', 'U0BEN'])],
    reason: { minLength: 20, hint: undefined, pattern: undefined },
    ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 15 * MINUTE },
    notify: [makeGroup('directors', ['U0DEE'])],
    review: { by: [makeGroup('reviewers', ['U0SAM', 'U0SUE', 'U0ANN'])], withinMs: 24 * 60 * MINUTE },
    alarm: undefined,
    ...change,
  }
}

/** The usual policy, in which the glass can be broken for `orders-read`. */
export function makeGlassPolicy(
  glass: Partial<BreakGlassRule> = {},
  change: Partial<Entitlement> = {},
  others: readonly Entitlement[] = [],
): Policy {
  const orders = makeEntitlement({ breakGlass: makeBreakGlass(glass), ...change })
  return makePolicy({ entitlements: new Map([orders, ...others].map((one) => [one.id, one])) })
}

/** What somebody says who breaks the glass for `orders-read`. */
export function says(change: Partial<GlassAsked> = {}): GlassAsked {
  return {
    entitlement: 'orders-read',
    ttlMs: undefined,
    purpose: 'incident',
    words: 'INC-42 the database is down and nobody answers',
    confirm: 'orders-read',
    ...change,
  }
}

/** Ann breaks the glass; gives the answer. */
export function annBreaks(
  { deps, answerTo }: Pick<World, 'deps' | 'answerTo'>,
  { by = 'U0ANN', ...change }: Partial<GlassAsked> & { by?: string } = {},
): Promise<string> {
  return answerTo((inbox) => emergency(deps, { by, inbox, ...says(change) }))
}
