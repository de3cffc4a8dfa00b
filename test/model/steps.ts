import fc from 'fast-check'
import { ask, extend } from './asking.ts'
import { approve, deny, disown, looksWrong, nudge, unreached, withdraw } from './deciding.ts'
import { emergency, review } from './glass.ts'
import { type Coverage, type Doing, Step } from './step.ts'
import { leave, pass, pause, regroup, rename, restart, resume, rotate, silence, unfreeze } from './surroundings.ts'
import { CONFIGS, DIRECTORS, ENGINEERS, ENTITLEMENTS, PEOPLE, SECURITY, type Who } from './town.ts'

const who = fc.constantFrom(...PEOPLE)
const which = fc.nat(40)
const minutes = fc.constantFrom(1, 5, 10, 15, 30)
/** Mostly the same words, so that the same is asked for twice. */
const reason = fc.constantFrom(0, 0, 0, 1, 2)
const engineer = mostly(ENGINEERS)
const entitlement = fc.constantFrom('orders', 'orders', 'orders', 'vault', 'vault', 'logs', 'logs', ...ENTITLEMENTS)
const security = mostly(SECURITY)
const decider = mostly(['U0LEE', 'U0KIM', 'U0BEN', ...SECURITY, ...DIRECTORS])
/** The requester himself; now and then somebody else. */
const himself = fc.option(who, { nil: undefined, freq: 2 })
const outcome = fc.constantFrom('justified' as const, 'not-justified' as const, 'drill' as const)

/** Those who may; now and then anybody. */
function mostly(whom: readonly Who[]): fc.Arbitrary<Who> {
  return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...whom) }, { weight: 1, arbitrary: who })
}

/** Every kind of step, as often as its weight says. */
export function stepsOf(coverage: Coverage) {
  const step = <Args>(weight: number, doing: Doing<Args>, args: fc.Arbitrary<Args>) =>
    Array.from({ length: weight }, () => args.map((given) => new Step(doing, given, coverage)))
  const shorter = fc.option(minutes, { nil: undefined, freq: 3 })
  const confirms = fc.nat(4).map((n) => n > 0)
  const config = fc.option(fc.constantFrom(...CONFIGS), { nil: undefined })
  return [
    ...step(11, ask, fc.record({ by: engineer, entitlement, minutes, reason })),
    ...step(20, approve, fc.record({ by: decider, which, minutes: shorter })),
    ...step(5, deny, fc.record({ by: decider, which })),
    ...step(3, looksWrong, fc.record({ by: decider, which })),
    ...step(2, disown, fc.record({ by: decider, which })),
    ...step(2, withdraw, fc.record({ by: himself, which })),
    ...step(2, nudge, fc.record({ by: himself, which })),
    ...step(1, unreached, fc.record({ which })),
    ...step(8, extend, fc.record({ which, minutes: fc.constantFrom(5, 15, 30, 30) })),
    ...step(
      4,
      emergency,
      fc.record({ by: engineer, minutes: fc.constantFrom(1, 5, 15), confirms, waits: fc.boolean() }),
    ),
    ...step(4, review, fc.record({ by: security, which, outcome })),
    ...step(8, pass, fc.record({ minutes: fc.constantFrom(1, 1, 3, 6, 16, 31, 65) })),
    ...step(1, regroup, fc.record({ who })),
    ...step(1, rotate, fc.record({ who })),
    ...step(1, silence, fc.record({ answers: fc.boolean() })),
    ...step(1, leave, fc.record({ who: fc.constantFrom('U0BEN' as const, 'U0KIM' as const) })),
    ...step(1, rename, fc.record({ who: fc.constantFrom('U0ANN' as const, 'U0LEE' as const) })),
    ...step(1, pause, fc.record({ by: security })),
    ...step(4, resume, fc.record({ by: security })),
    ...step(
      4,
      unfreeze,
      fc.record({ by: security, whom: fc.oneof(engineer, fc.constantFrom('U0ANN' as const, 'U0LEE' as const)) }),
    ),
    ...step(1, restart, fc.record({ config })),
  ]
}
