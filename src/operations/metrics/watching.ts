import type { Adapter } from '../../adapters/contract.ts'
import { AdapterError } from '../../core/adapter-error.ts'
import type { Change } from '../../core/change.ts'
import type { EventName } from '../../core/event.ts'
import type { Grant } from '../../core/grant.ts'
import type { Request } from '../../core/request.ts'
import type { Store } from '../../core/store.ts'
import type { Deliver, Outcome } from '../delivery.ts'
import type { Adapters } from '../ports.ts'
import type { Instruments } from './instruments.ts'

const REFUSALS: ReadonlySet<EventName> = new Set(['request.refused', 'approval.refused', 'revoke.refused'])

/** The same store; what it commits is counted once it is durable. */
export function watchStore<Watched extends Pick<Store, 'commit'>>(instruments: Instruments, store: Watched): Watched {
  return {
    ...store,
    commit: async (change: Change) => {
      await store.commit(change)
      count(instruments, change)
    },
  }
}

function count(instruments: Instruments, { events = [], requests = [], grants = [] }: Change): void {
  const now = new Set<string>()
  for (const { name, request, grant, detail } of events) {
    now.add(`${name} ${grant ?? request}`)
    instruments.events.inc({ event: name })
    if (REFUSALS.has(name)) instruments.refusals.inc({ event: name }, Number(detail?.count ?? 1))
  }
  for (const request of requests) if (now.has(`request.${request.state} ${request.id}`)) decided(instruments, request)
  for (const grant of grants) if (now.has(`grant.revoked ${grant.id}`)) revoked(instruments, grant)
}

/** What nobody has to decide says nothing about how long deciding takes. */
function decided({ decision }: Instruments, request: Request): void {
  if (request.terms.quorum === 0) return
  const decidedAt = decisionOf(request)
  if (decidedAt === undefined) return
  decision.observe({ outcome: request.state }, Math.max(0, decidedAt - request.openedAt) / 1_000)
}

function decisionOf(request: Request): number | undefined {
  if (request.state === 'approved') return request.approvedAt
  return request.state === 'denied' ? request.deniedAt : undefined
}

function revoked({ revoke }: Instruments, grant: Grant): void {
  if (grant.state !== 'revoked' || grant.detail !== 'confirmed') return
  const hadToEndAt = Math.min(grant.expiresAt, grant.revokingAt)
  revoke.observe({ target: grant.target }, Math.max(0, grant.revokedAt - hadToEndAt) / 1_000)
}

/** The same handlers; what comes of each attempt is counted. */
export function watchDeliveries<Handlers extends Readonly<Record<string, Deliver>>>(
  instruments: Instruments,
  handlers: Handlers,
): Handlers {
  const watched = Object.entries(handlers).map(([kind, deliver]) => [kind, watchedDelivery(instruments, kind, deliver)])
  return Object.fromEntries(watched) as Handlers
}

function watchedDelivery({ deliveries }: Instruments, kind: string, deliver: Deliver): Deliver {
  return async (...attempt) => {
    try {
      const outcome = await deliver(...attempt)
      deliveries.inc({ kind, outcome: nameOf(outcome) })
      return outcome
    } catch (error) {
      deliveries.inc({ kind, outcome: 'failed' })
      throw error
    }
  }
}

function nameOf(outcome: Outcome): string {
  if (outcome.kind !== 'settled') return outcome.kind
  return outcome.reachable === false ? 'unreachable' : 'done'
}

/** The same adapters; each call is counted and timed. */
export function watchAdapters(instruments: Instruments, adapters: Adapters): Adapters {
  return {
    of: async (target) => {
      const adapter = await adapters.of(target)
      return adapter && watchedAdapter(instruments, target, adapter)
    },
  }
}

function watchedAdapter({ calls, callSeconds }: Instruments, target: string, adapter: Adapter): Adapter {
  const watch = async <Value>(operation: string, call: Promise<Value>): Promise<Value> => {
    const stop = callSeconds.startTimer({ target })
    const ended = (outcome: string) => {
      stop()
      calls.inc({ target, operation, outcome })
    }
    try {
      const value = await call
      ended('ok')
      return value
    } catch (error) {
      ended(error instanceof AdapterError ? error.kind : 'failed')
      throw error
    }
  }
  return {
    grant: (call, signal) => watch('grant', adapter.grant(call, signal)),
    revoke: (call, signal) => watch('revoke', adapter.revoke(call, signal)),
    holds: (call, signal) => watch('holds', adapter.holds(call, signal)),
    ...(adapter.list ? { list: (signal: AbortSignal) => watch('list', adapter.list!(signal)) } : {}),
  }
}
