import { type Change, nothing } from '../core/change.ts'
import type { RequestId } from '../core/ids.ts'
import type { Deps } from './ports.ts'

/** How soon a group is looked up again that could not be. */
export const LOOK_AGAIN_MS = 30_000

/** A group of a step whose time has come, and that nobody could look up yet. */
export interface Untold {
  readonly afterMs: number
  readonly group: string
}

/** The groups that are still to be told of a request. */
export async function untoldOf({ store }: Pick<Deps, 'store'>, request: RequestId): Promise<readonly Untold[]> {
  const kept = await store.note(keyOf(request))
  return kept ? (JSON.parse(kept) as Untold[]) : []
}

/** Remembers those that could not be looked up, so that a restart forgets none. */
export function keepUntold(request: RequestId, before: readonly Untold[], now: readonly Untold[]): Change {
  if (before.length === 0 && now.length === 0) return nothing
  return { notes: [{ key: keyOf(request), value: JSON.stringify(now) }] }
}

function keyOf(request: RequestId): string {
  return `untold ${request}`
}
