import { newCopy } from '../../core/copy.ts'
import type { Grant, Revoking } from '../../core/grant.ts'
import type { Part } from '../../core/home.ts'
import type { PendingRequest } from '../../core/request.ts'
import { accept } from '../../core/result.ts'
import type { HomeFacts } from '../../operations/home.ts'
import { HOME_LISTS, type HomeList } from '../../operations/home-lists.ts'
import type { Askable } from '../../operations/operations.ts'

/** What a full Home is made of. */
interface Stuff {
  readonly request: PendingRequest
  readonly grant: Grant
  readonly askables: readonly Askable[]
  /** Why nothing is given just now, and what the sweep found. */
  readonly note: string
  readonly at: number
}

const HUNDREDS = 500

/** A Home of somebody of security with as much on it as there can be, from the middle of each list. */
export function fullHome({ request, grant, askables, note, at }: Stuff): HomeFacts {
  const { requester, subject, entitlement, rule } = request.terms
  const requests = (index: number) => ({ ...request, id: `R-00000${index}` as const })
  const line = (index: number) => ({ grant, request: requests(index) })
  const revoking = { activeAt: at, cause: 'expired', by: 'system', revokingAt: at, round: 1, goneAt: null } as const
  const stuck: Revoking = { ...grant, ...revoking, state: 'revoking', stuckAt: at }
  const facts = { request: request.id, grant: grant.id, version: 1, requester, subject, entitlement, rule } as const
  const undone = { reminded: 9, overdueAt: at, account: '', accountAt: null } as const
  const review = { ...facts, ...undone, state: 'owed', openedAt: at, dueAt: at + 1 } as const
  const copy = newCopy({ id: 'c'.repeat(32), request: request.id, audience: 'approvers', destination: requester })
  const copies = [copy, { ...copy, failed: 'user_disabled' }, { ...copy, channel: 'D0', ts: '1.1' }]
  const freeze = { key: subject, at, by: requester, why: 'looks-wrong', request: request.id } as const
  const pause = { id: 'p', version: 1, at, by: requester, byName: '', reason: note, voices: [], endedAt: null }
  return {
    person: { id: requester, name: request.requesterName, subject, asOf: 'lately' },
    at,
    held: partOf('held', line),
    waiting: partOf('waiting', (index) => ({ request: requests(index), frozen: false })),
    waitingMore: true,
    mine: partOf('mine', (index) => ({ request: requests(index), copies })),
    askable: accept({ items: askables.slice(0, HOME_LISTS.askable), from: 100, total: HUNDREDS }),
    reviews: partOf('reviews', (index) => ({
      review: { ...review, request: requests(index).id },
      request: requests(index),
      isOwn: false,
    })),
    security: {
      pause,
      live: partOf('live', line),
      stuck: partOf('stuck', () => ({ grant: stuck, request: undefined })),
      frozen: partOf('frozen', () => freeze),
      lacking: partOf('lacking', () => note),
    },
  }
}

function partOf<Item>(name: HomeList, item: (index: number) => Item): Part<Item> {
  return { items: Array.from({ length: HOME_LISTS[name] }, (_, index) => item(index)), from: 100, total: HUNDREDS }
}
