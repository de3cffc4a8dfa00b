import type { Log } from '../operations/ports.ts'

/** Looked at in one go; their commits share fsyncs. */
const PAGE = 256
/** What was tried is left alone for so long, whatever came of it. */
const AGAIN_MS = 1_000

/** One kind of thing whose time comes: where to find the ids, and what to do with each. */
export interface DueKind<Id extends string> {
  readonly name: string
  find(now: number, limit: number): Promise<readonly Id[]>
  act(id: Id): Promise<unknown>
}

/** Deals with one page of what is due; resolves with whether there may be more. Never rejects. */
export type DealWith = (now: number) => Promise<boolean>

/**
 * Deals with what is due of one kind. One that fails, even every time, stands in nobody's way: it is passed over, and
 * found again a second later.
 */
export function dealWith<Id extends string>({ name, find, act }: DueKind<Id>, log: Log): DealWith {
  const tried = new Map<Id, number>()
  return async (now) => {
    for (const [id, at] of tried) if (at <= now - AGAIN_MS) tried.delete(id)
    const limit = PAGE + tried.size
    try {
      const found = await find(now, limit)
      const fresh = found.filter((id) => !tried.has(id))
      for (const id of fresh) tried.set(id, now)
      report(fresh, await Promise.allSettled(fresh.map(async (id) => act(id))))
      return fresh.length > 0 && found.length >= limit
    } catch (err) {
      log.error({ err, what: name }, 'could not find what is due')
      return false
    }
  }

  /** One line for all of them: when the disk is full, they all fail. */
  function report(ids: readonly Id[], results: readonly PromiseSettledResult<unknown>[]): void {
    const failed = results.flatMap((result, index) =>
      result.status === 'rejected' ? [{ id: ids[index], err: result.reason }] : [],
    )
    if (failed[0]) log.error({ ...failed[0], what: name, failed: failed.length }, 'could not deal with what is due')
  }
}
