import type { Grant } from '../core/grant.ts'
import { canEnd, type Part, type Slice } from '../core/home.ts'
import type { Request } from '../core/request.ts'
import type { Deps } from './ports.ts'

export type HomeNeeds = Pick<Deps, 'clock' | 'people' | 'policy' | 'store'>

/** The lists of Home, and so many of each are shown at once. */
export const HOME_LISTS = {
  held: 5,
  waiting: 5,
  mine: 5,
  askable: 10,
  reviews: 5,
  live: 10,
  stuck: 5,
  frozen: 5,
  lacking: 5,
} as const

export type HomeList = keyof typeof HOME_LISTS

/** From which place on each list is shown; those that are absent from their beginning. */
export type HomeFrom = Readonly<Partial<Record<HomeList, number>>>

/** A grant, and the request whose terms its button carries. */
export interface GrantLine {
  readonly grant: Grant
  /** `undefined`: nothing can be pressed. */
  readonly request: Request | undefined
}

export function sliceOf(list: HomeList, from: HomeFrom): Slice {
  return { from: from[list] ?? 0, limit: HOME_LISTS[list] }
}

/** The grants with the requests that their buttons name. */
export async function withRequests({ store }: Pick<HomeNeeds, 'store'>, part: Part<Grant>): Promise<Part<GrantLine>> {
  const lineOf = async (grant: Grant) => ({
    grant,
    request: canEnd(grant) ? await store.request(grant.request) : undefined,
  })
  return { ...part, items: await Promise.all(part.items.map(lineOf)) }
}
