import type { Deps } from './ports.ts'

/**
 * Loads the code of each target's adapter, so that the first grant of a night waits for nothing, and the first of many ends
 * are not late. Never rejects.
 */
export async function openAdapters({
  adapters,
  policy,
  log,
}: Pick<Deps, 'adapters' | 'policy' | 'log'>): Promise<void> {
  for (const target of policy.targets.keys()) {
    try {
      await adapters.of(target)
    } catch (err) {
      log.error({ err, target }, 'an adapter cannot be opened: it is tried again when it is needed')
    }
  }
}
