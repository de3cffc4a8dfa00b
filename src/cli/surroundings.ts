import { type Environment, readEnvironment } from '../config/environment.ts'
import { type Fault, sayFault } from '../config/report.ts'
import type { Deps } from '../operations/ports.ts'
import type { Context } from './context.ts'
import { Unusable } from './io.ts'

/** What was read and checked. @throws {Unusable} with every fault, a line each */
export function usable<Read extends { readonly ok: boolean }>(read: Read): Extract<Read, { readonly ok: true }> {
  if (read.ok) return read as Extract<Read, { readonly ok: true }>
  const { faults } = read as unknown as { readonly faults: readonly (string | Fault)[] }
  throw new Unusable(faults.map((fault) => (typeof fault === 'string' ? fault : sayFault(fault))).join('\n'))
}

/** Where the database and the rest are. @throws {Unusable} */
export function environmentOf({ env }: Context): Environment {
  return usable(readEnvironment(env)).environment
}

/** Opens the database, works, and closes it again. @throws {Unusable} */
export async function withStore<Answer>(
  context: Context,
  work: (store: Deps['store']) => Promise<Answer>,
): Promise<Answer> {
  const store = await context.backend.openStore(environmentOf(context).database.path)
  return work(store).finally(() => store.close())
}
