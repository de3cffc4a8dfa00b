import type { Adapter, AdapterDefinition } from './contract.ts'
import { postgres } from './postgres/definition.ts'

/** The kinds of target that come with the bot. A definition is small; an adapter's own code is loaded when it is opened. */
export const ADAPTERS: ReadonlyMap<string, AdapterDefinition> = new Map([postgres].map((one) => [one.kind, one]))

/**
 * Makes the adapter of a target, from the kind and the checked settings of the config.
 *
 * @throws {TypeError} on a kind that the config would have refused
 */
export function openAdapter(kind: string, settings: unknown): Promise<Adapter> {
  const definition = ADAPTERS.get(kind)
  if (!definition) throw new TypeError(`there is no adapter “${kind}”`)
  return definition.open(settings)
}
