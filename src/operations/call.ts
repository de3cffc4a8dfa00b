import type { Adapter, Call } from '../adapters/contract.ts'
import { AdapterError } from '../core/adapter-error.ts'
import type { Grant } from '../core/grant.ts'
import type { Deps } from './ports.ts'

const DEFAULTS = { timeoutMs: 30_000, quietMs: 60_000 }

/** How long a target is waited for. A target that is gone from the config is treated like any other. */
export function patienceWith({ policy }: Pick<Deps, 'policy'>, target: string) {
  return policy.targets.get(target) ?? DEFAULTS
}

/** What an adapter is told of a grant. `round` is the number of the revoke intended, 0 in other calls. */
export function callFor(grant: Grant): Call<unknown> {
  return {
    grantId: grant.id,
    subject: grant.subject,
    account: grant.account,
    entitlement: grant.entitlement,
    access: grant.access,
    expiresAt: grant.expiresAt,
    round: grant.state === 'revoking' ? grant.round : 0,
  }
}

export interface Deadline {
  readonly withinMs: number
  /** Aborted from outside: the grant is being ended, or the bot stops. */
  readonly signal: AbortSignal
  /** Told of a yes that comes after it was given up. */
  readonly onLateYes?: () => void
}

/**
 * Calls an adapter and gives up at the deadline, whether or not the adapter notices.
 *
 * @throws {AdapterError} what the adapter threw; `unreachable` with unknown outcome when it was given up
 */
export async function callWithin<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  { withinMs, signal, onLateYes }: Deadline,
): Promise<Value> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, withinMs))])
  const running = work(deadline)
  let givenUp = false
  running.then(
    () => givenUp && onLateYes?.(),
    () => undefined, // told to whoever waits below, or given up already
  )
  const aborted = Promise.withResolvers<never>()
  const giveUp = () => {
    givenUp = true
    aborted.reject(new AdapterError('unreachable', 'The target gave no answer in time.', { outcomeUnknown: true }))
  }
  deadline.addEventListener('abort', giveUp, { once: true })
  if (deadline.aborted) giveUp()
  try {
    return await Promise.race([running, aborted.promise])
  } catch (error) {
    throw asAdapterError(error)
  } finally {
    deadline.removeEventListener('abort', giveUp)
  }
}

/** An error that an adapter did not name may mean anything, so nothing is known of its outcome. */
function asAdapterError(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error
  return new AdapterError('rejected', 'The adapter failed.', { cause: error, outcomeUnknown: true })
}

/** The adapter of a grant's target. @throws {AdapterError} `misconfigured` when the config has it no more */
export async function adapterFor({ adapters }: Pick<Deps, 'adapters'>, { target }: Grant): Promise<Adapter> {
  const adapter = await adapters.of(target)
  if (!adapter) throw new AdapterError('misconfigured', `The config has no target “${target}” any more.`)
  return adapter
}
