import type { Grant } from '../core/grant.ts'
import { type Part, type Slice, startWithin } from '../core/home.ts'
import type { SlackId, Subject } from '../core/ids.ts'
import type { Request } from '../core/request.ts'
import type { Connection } from './connection.ts'
import { readGrant, SELECT_GRANT } from './grant-rows.ts'
import { readRequest, SELECT_REQUEST } from './request-rows.ts'
import { type OnCorrupt, readRows } from './row.ts'

type Values = Readonly<Record<string, string | number>>
type Reading<Item> = (slice: Slice, values?: Values) => Part<Item>

/** A subject's grants that are not over; what is extended goes on as another. Walks through his own grants only. */
const HELD = `FROM grants INDEXED BY grants_by_subject
  WHERE subject = @subject AND state <> 'revoked' AND extended_by IS NULL`
const LIVE = `FROM grants INDEXED BY grants_due WHERE state IN ('granting', 'active') AND extended_by IS NULL`
const STUCK = `FROM grants INDEXED BY grants_revoking WHERE state = 'revoking' AND stuck_at IS NOT NULL`
const MINE = `FROM requests INDEXED BY requests_pending WHERE subject = @subject AND state = 'pending'`

/** What Home lists: a part of each list and the number of all, so that nobody waits for what is not shown. */
export class HomeRows {
  readonly heldBy: (subject: Subject, slice: Slice) => Part<Grant>
  readonly live: Reading<Grant>
  readonly stuck: Reading<Grant>
  readonly pendingOf: (subject: Subject, slice: Slice) => Part<Request>
  readonly #naming
  readonly #requests: (rows: readonly unknown[]) => Request[]

  constructor(db: Connection, onCorrupt: OnCorrupt) {
    const grants = (rows: readonly unknown[]) => readRows(rows, readGrant, onCorrupt)
    this.#requests = (rows) => readRows(rows, readRequest, onCorrupt)
    const held = reading(db, { select: SELECT_GRANT, from: HELD, order: 'expires_at, id', read: grants })
    const mine = reading(db, { select: SELECT_REQUEST, from: MINE, order: 'opened_at, id', read: this.#requests })
    this.heldBy = (subject, slice) => held(slice, { subject })
    this.pendingOf = (subject, slice) => mine(slice, { subject })
    this.live = reading(db, { select: SELECT_GRANT, from: LIVE, order: 'expires_at', read: grants })
    this.stuck = reading(db, { select: SELECT_GRANT, from: STUCK, order: 'revoking_at', read: grants })
    // what does not name somebody, and no schedule, cannot wait for him: most rows are left aside unread
    this.#naming = db.prepare(`${SELECT_REQUEST}
      WHERE state = 'pending' AND requester <> @id
        AND (instr(approvers, '"' || @id || '"') OR instr(members_at_opening, '"' || @id || '"')
          OR instr(approvers, '"schedule":'))
      ORDER BY opened_at, id LIMIT @limit`)
  }

  pendingNaming(id: SlackId, limit: number): readonly Request[] {
    return this.#requests(this.#naming.all({ id, limit }))
  }
}

interface List<Item> {
  readonly select: string
  readonly from: string
  readonly order: string
  readonly read: (rows: readonly unknown[]) => Item[]
}

function reading<Item>(db: Connection, { select, from, order, read }: List<Item>): Reading<Item> {
  const count = db.prepare(`SELECT count(*) ${from}`).pluck()
  const columns = select.slice(0, select.lastIndexOf('FROM'))
  const some = db.prepare(`${columns} ${from} ORDER BY ${order} LIMIT @limit OFFSET @from`)
  return (slice, values = {}) => {
    const total = count.get(values) as number
    const start = startWithin(total, slice)
    return { items: read(some.all({ ...values, limit: slice.limit, from: start })), from: start, total }
  }
}
