import type { Change, Guard } from '../../src/core/change.ts'
import type { Request } from '../../src/core/request.ts'
import { accept } from '../../src/core/result.ts'
import type { Store } from '../../src/core/store.ts'
import type { Deps } from '../../src/operations/ports.ts'
import type { World } from '../support/world.ts'
import type { Sabotage } from './real.ts'

/** Replaces parts of what the operations work with. */
function replaces(world: World, parts: Partial<Deps>): void {
  Object.assign(world.deps, parts)
}

/** The same store but for these methods. */
function otherwise(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, { get: (of, name: keyof Store) => methods[name] ?? of[name] })
}

function withoutGuard(store: Store, kind: Guard['kind']): Store['commit'] {
  return (change) => store.commit({ ...change, guards: (change.guards ?? []).filter((guard) => guard.kind !== kind) })
}

/** Requests are read as if something of them were otherwise. */
function misread(store: Store, read: (request: Request) => Request): Store {
  return otherwise(store, {
    request: async (id) => {
      const request = await store.request(id)
      return request && read(request)
    },
  })
}

function laterEnds(change: Change): Change {
  const grants = change.grants?.map((grant) =>
    grant.version === 0 ? { ...grant, expiresAt: grant.expiresAt + 1 } : grant,
  )
  return { ...change, ...(grants ? { grants } : {}) }
}

/** Bugs that somebody might make; each must be noticed. */
export const BREAKS = {
  'freezes-are-forgotten': (world) =>
    replaces(world, {
      store: otherwise(world.deps.store, {
        freezes: async () => [],
        commit: withoutGuard(world.deps.store, 'not-frozen'),
      }),
    }),
  'the-pause-is-forgotten': (world) =>
    replaces(world, {
      store: otherwise(world.deps.store, {
        pause: async () => undefined,
        commit: withoutGuard(world.deps.store, 'not-paused'),
      }),
    }),
  'a-silent-schedule-is-believed': (world) => {
    const { people } = world.deps
    replaces(world, {
      people: {
        ...people,
        lookUp: (id, freshness) => people.lookUp(id, freshness),
        members: async (group, freshness) => {
          const found = await people.members(group, freshness)
          return found.ok ? found : accept(['U0BEN', 'U0KIM', 'U0LEE'])
        },
      },
    })
  },
  'parts-are-forgotten': (world) =>
    replaces(world, {
      store: misread(
        world.deps.store,
        ({ terms: { needs: _, ...terms }, ...request }) => ({ ...request, terms }) as Request,
      ),
    }),
  'directors-decide-at-once': (world) =>
    replaces(world, { store: misread(world.deps.store, (request) => ({ ...request, escalatedMs: 300_000 })) }),
  'access-ends-later': (world) =>
    replaces(world, {
      store: otherwise(world.deps.store, { commit: (change) => world.deps.store.commit(laterEnds(change)) }),
    }),
  'an-overdue-review-blocks-nothing': (world) =>
    replaces(world, {
      store: otherwise(world.deps.store, {
        reviews: async () => [],
        commit: withoutGuard(world.deps.store, 'reviews-in-time'),
      }),
    }),
  'leavers-keep-what-they-have': (world) =>
    replaces(world, { store: otherwise(world.deps.store, { hasAnything: async () => false }) }),
} as const satisfies Record<string, Sabotage>

export type BreakName = keyof typeof BREAKS

export function isBreak(name: string): name is BreakName {
  return Object.hasOwn(BREAKS, name)
}
