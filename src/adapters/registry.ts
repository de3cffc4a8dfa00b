import { command } from './command/definition.ts'
import type { Adapter, AdapterDefinition } from './contract.ts'
import { postgres } from './postgres/definition.ts'
import { webhook } from './webhook/definition.ts'

/** The kinds of target that come with the bot. A definition is small; an adapter's own code is loaded when it is opened. */
export const ADAPTERS: ReadonlyMap<string, AdapterDefinition> = new Map(
  [postgres, webhook, command].map((one) => [one.kind, one]),
)

/** How to reach a target: what the config says of it. */
interface Setup {
  readonly kind: string
  readonly settings: { reveal(): unknown }
}

/** The adapter of each target, opened at its first use, and again if that failed; `undefined` for an unknown target. */
export function openLazily(setups: ReadonlyMap<string, Setup>, now: () => number) {
  const opened = new Map<string, Promise<Adapter>>()
  return {
    async of(target: string): Promise<Adapter | undefined> {
      const setup = setups.get(target)
      if (!setup) return undefined
      const adapter = opened.get(target) ?? open(setup, now)
      opened.set(target, adapter)
      adapter.catch(() => opened.delete(target))
      return adapter
    },
  }
}

/** @throws {TypeError} on a kind that the config would have refused */
async function open({ kind, settings }: Setup, now: () => number): Promise<Adapter> {
  const definition = ADAPTERS.get(kind)
  if (!definition) throw new TypeError(`there is no adapter “${kind}”`)
  return definition.open(settings.reveal(), now)
}
