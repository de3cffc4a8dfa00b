import type { Guard } from '../core/change.ts'
import type { Subject } from '../core/ids.ts'
import { unreachable } from '../core/result.ts'
import { StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import type { GrantRows } from './grant-rows.ts'
import type { Marks } from './marks.ts'
import type { PauseRows } from './pause-rows.ts'
import type { PeopleRows } from './people-rows.ts'
import type { ReviewRows } from './review-rows.ts'

/** Where facts stand that guards ask for. */
export interface Facts {
  readonly grants: GrantRows
  readonly marks: Marks
  readonly people: PeopleRows
  readonly pauses: PauseRows
  readonly reviews: ReviewRows
}

/** Counts that decisions rely on; the same ones that people are told of beforehand. */
export class Counts {
  readonly #open
  readonly #since
  readonly #needed
  readonly #facts

  constructor(db: Connection, facts: Facts) {
    this.#open = db.prepare(`
      SELECT count(*) AS count FROM requests INDEXED BY requests_pending WHERE subject = ? AND state = 'pending'`)
    this.#since = db.prepare('SELECT count(*) AS count FROM requests WHERE subject = ? AND opened_at >= ?')
    // names its index, or all live grants are walked through for each that ends
    this.#needed = db.prepare(`
      SELECT count(*) AS count FROM grants INDEXED BY grants_leaning
      WHERE holding = ? AND id <> ? AND state IN ('granting', 'active')`)
    this.#facts = facts
  }

  openRequests(subject: Subject): number {
    return countIn(this.#open.get(subject))
  }

  requestsSince(subject: Subject, since: number): number {
    return countIn(this.#since.get(subject, since))
  }

  /** @throws {StaleState} when a fact that the decision relied on is none any more */
  check(guard: Guard): void {
    if (!this.#holds(guard)) throw new StaleState(`the guard ${guard.kind} does not hold`)
  }

  #holds(guard: Guard): boolean {
    switch (guard.kind) {
      case 'open-requests-below':
        return this.openRequests(guard.subject) < guard.limit
      case 'requests-since-below':
        return this.requestsSince(guard.subject, guard.since) < guard.limit
      case 'uses-below':
        return this.#facts.grants.usesSince(guard.subject, guard.rule, guard.since) < guard.limit
      case 'holding-needed':
        return countIn(this.#needed.get(guard.holding, guard.besides)) > 0
      case 'holding-free':
        return countIn(this.#needed.get(guard.holding, guard.besides)) === 0
      case 'not-paused':
        return !this.#facts.pauses.isPaused()
      case 'roster-from':
        return (this.#facts.people.roster(guard.group)?.at ?? null) === guard.at
      case 'not-frozen':
        return this.#facts.people.freezes(guard.keys).length === 0
      case 'noted':
        return (this.#facts.marks.note(guard.key) ?? null) === guard.value
      case 'reviews-in-time':
        return this.#facts.reviews.areInTime(guard.subject, guard.now)
      default:
        return unreachable(guard)
    }
  }
}

function countIn(row: unknown): number {
  return (row as { count: number }).count
}
