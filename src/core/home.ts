import { type CurrentMembers, type Decider, mayDecide } from './authority.ts'
import type { Grant } from './grant.ts'
import type { Request } from './request.ts'

/** How many of a list are wanted, and from which place on. */
export interface Slice {
  readonly from: number
  readonly limit: number
}

/** Some of a list, from which place on, and how many there are in all. */
export interface Part<Item> {
  readonly items: readonly Item[]
  readonly from: number
  readonly total: number
}

/** A part of a list that is there as a whole. One that begins behind its end begins at its last items instead. */
export function partOf<Item>(all: readonly Item[], { from, limit }: Slice): Part<Item> {
  const start = startWithin(all.length, { from, limit })
  return { items: all.slice(start, start + limit), from: start, total: all.length }
}

/** Where a part begins: a list may have become shorter since somebody turned its pages. */
export function startWithin(total: number, { from, limit }: Slice): number {
  return from < total ? from : Math.max(0, total - limit)
}

/** Whether a request waits for somebody's decision: he may decide, and has not yet. Good to show, never to decide by. */
export function waitsFor(request: Request, by: Decider, current: CurrentMembers, now: number): boolean {
  if (request.state !== 'pending' || request.lapsesAt <= now) return false
  const spoken = request.approvals.some((approval) => approval.subject === by.subject || approval.by === by.id)
  return !spoken && mayDecide(request, by, current, now).ok
}

/** Whether a grant can still be given back or taken away; one that is extended already goes on as another. */
export function canEnd(grant: Grant): boolean {
  return (grant.state === 'granting' || grant.state === 'active') && grant.extendedBy === null
}
