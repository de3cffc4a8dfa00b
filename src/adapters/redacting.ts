import type { Redactor } from '../core/redact.ts'
import { type Adapter, AdapterError } from './contract.ts'

interface Adapters {
  of(target: string): Promise<Adapter | undefined>
}

/**
 * The same adapters, but what they say of a failure holds no secret: a target may answer with the very password that it
 * was sent, and what it says goes to people, the log and the audit log.
 */
export function redacting(adapters: Adapters, redactor: Redactor): Adapters {
  const made = new WeakMap<Adapter, Adapter>()
  return {
    async of(target) {
      const adapter = await adapters.of(target)
      if (!adapter) return undefined
      const wrapped = made.get(adapter) ?? quietly(adapter, redactor)
      made.set(adapter, wrapped)
      return wrapped
    },
  }
}

function quietly(adapter: Adapter, redactor: Redactor): Adapter {
  const hush = <Value>(call: Promise<Value>): Promise<Value> =>
    call.catch((error) => {
      throw withoutSecrets(error, redactor)
    })
  return {
    grant: (call, signal) => hush(adapter.grant(call, signal)),
    revoke: (call, signal) => hush(adapter.revoke(call, signal)),
    holds: (call, signal) => hush(adapter.holds(call, signal)),
    ...(adapter.list ? { list: (signal: AbortSignal) => hush(adapter.list!(signal)) } : {}),
  }
}

/** An error of another kind is said in general words where it is caught; its cause passes the redactor of the log. */
function withoutSecrets(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof AdapterError)) return error
  const { kind, message, outcomeUnknown } = error
  return new AdapterError(kind, redactor.text(message), { outcomeUnknown })
}
