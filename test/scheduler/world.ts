import type { Effect } from '../../src/core/effect.ts'
import type { GrantId } from '../../src/core/ids.ts'
import type { Delivery } from '../../src/core/store.ts'
import type { Deliver, Outcome } from '../../src/operations/delivery.ts'
import { Scheduler, type SchedulerDeps } from '../../src/scheduler/scheduler.ts'
import { Shares } from '../../src/scheduler/shares.ts'
import { MemoryStore } from './memory-store.ts'

export const NOW = Date.UTC(2026, 10, 22, 3)
export const DONE: Outcome = { kind: 'done' }

type Handlers = Partial<Record<Effect['kind'], Deliver>>

export interface World {
  readonly store: MemoryStore
  readonly scheduler: Scheduler
  readonly clock: { at: number; now(): number }
  /** Deliveries begun, as `kind key`, in order. */
  readonly begun: string[]
  /** What was logged as an error. */
  readonly errors: string[]
  readonly expired: GrantId[]
}

/** A scheduler on a memory store, a clock set by hand, and handlers that are done at once unless the test has its own. */
export function makeWorld(handlers: Handlers = {}, deps: Partial<SchedulerDeps> = {}): World {
  const store = new MemoryStore()
  const clock = { at: NOW, now: () => clock.at }
  const begun: string[] = []
  const errors: string[] = []
  const expired: GrantId[] = []
  const deliver = deliverWith(handlers, begun)
  const scheduler = new Scheduler({
    store: store.port,
    clock,
    deliver,
    pace: { turn: () => () => {} },
    policy: { targets: new Map([['db', { concurrency: 4 }]]) },
    ids: { fraction: () => 0.5 },
    log: { info() {}, warn() {}, error: (facts, message) => void errors.push(`${message} ${JSON.stringify(facts)}`) },
    expire: async (id) => {
      expired.push(id)
      store.grantsDue.delete(id)
    },
    lapse: async (id) => store.requestsDue.delete(id),
    stick: async (id) => store.stuckSince.delete(id),
    chores: [],
    shares: new Shares(() => 0),
    ...deps,
  })
  return { store, scheduler, clock, begun, errors, expired }
}

function deliverWith(handlers: Handlers, begun: string[]): SchedulerDeps['deliver'] {
  const handle: Deliver = async (delivery, signal, also) => {
    begun.push(nameOf(delivery.effect))
    return (await handlers[delivery.effect.kind]?.(delivery, signal, also)) ?? DONE
  }
  const kinds: Effect['kind'][] = ['grant', 'revoke', 'draw', 'tell', 'say', 'feed', 'answer', 'alarm']
  return Object.fromEntries(kinds.map((kind) => [kind, handle])) as SchedulerDeps['deliver']
}

export function nameOf(effect: Effect): string {
  if (effect.kind === 'grant' || effect.kind === 'revoke') return `${effect.kind} ${effect.grant}`
  return effect.kind === 'say' ? `say ${effect.key}` : effect.kind
}

export function makeRevoke(letters: string, target = 'db', dueAt = NOW): Effect {
  return { kind: 'revoke', grant: `G-${letters}`, target, holding: letters, dueAt }
}

export function makeGrant(letters: string, target = 'db', dueAt = NOW): Effect {
  return { kind: 'grant', grant: `G-${letters}`, target, holding: letters, dueAt }
}

export function makeSay(key: string, person = 'U0ANN'): Effect {
  return { kind: 'say', person, sentence: 'Hello.', key, dueAt: NOW }
}

/** A handler that ends when the test says so, or when it is aborted. */
export function held(): { readonly deliver: Deliver; readonly waiting: Delivery[]; release(outcome: Outcome): void } {
  const waiting: Delivery[] = []
  const gate = Promise.withResolvers<Outcome>()
  const deliver: Deliver = (delivery, signal) => {
    waiting.push(delivery)
    const aborted = new Promise<Outcome>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
    return Promise.race([gate.promise, aborted])
  }
  return { deliver, waiting, release: gate.resolve }
}

export function letters(count: number): string[] {
  return Array.from({ length: count }, (_, index) => index.toString(32).toUpperCase().padStart(6, '0'))
}
