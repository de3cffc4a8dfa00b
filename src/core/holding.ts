import type { Json } from './canonical-json.ts'

/** What a target really holds for one (target, account, access); one or more grants lean on it. At most one is open for the three. */
export interface Holding {
  readonly id: string
  /** The version read; 0 for one not yet stored. */
  readonly version: number
  readonly target: string
  readonly account: string
  readonly access: Json
  readonly openedAt: number
  /** Whether the access was there before us; `null` until the target was asked, and nothing is granted before it was. */
  readonly preexisting: boolean | null
  /** Deadline of the grant call under way, written before the call; whoever finds it after a crash knows of a call with unknown outcome. */
  readonly callEndsAt: number | null
  /** Until then a grant call with unknown outcome may still take effect, so a revoke is not final before. */
  readonly settlesAt: number | null
  readonly closedAt: number | null
}

/** The instant before which a revoke is not final; counts a call that nobody saw the end of. */
export function settledAt(holding: Holding, quietMs: number): number {
  const unseen = holding.callEndsAt === null ? 0 : holding.callEndsAt + quietMs
  return Math.max(unseen, holding.settlesAt ?? 0)
}
