import { existsSync } from 'node:fs'
import type { Store } from '../core/store.ts'
import { applyChange, hasEffects, type Tables } from './apply-change.ts'
import { AuditLog } from './audit-log.ts'
import { type Connection, connect, DatabaseFault } from './connection.ts'
import { CopyRows } from './copy-rows.ts'
import { Due } from './due.ts'
import { GrantRows } from './grant-rows.ts'
import { Counts } from './guards.ts'
import { HoldingRows } from './holding-rows.ts'
import { HomeRows } from './home-rows.ts'
import { Inbox } from './inbox.ts'
import { Marks } from './marks.ts'
import { migrate, mustBeUpToDate } from './migrate.ts'
import { Outbox } from './outbox.ts'
import { PauseRows } from './pause-rows.ts'
import { PeopleRows } from './people-rows.ts'
import { RequestRows } from './request-rows.ts'
import { ReviewRows } from './review-rows.ts'
import { Standings } from './standings.ts'
import { Writer } from './writer.ts'

export interface OpenOptions {
  /** `false` for a command beside a running bot: the database must be there, and be up to date. Default `true`. */
  readonly migrate?: boolean
  /** Told of an effect that cannot be read and is left aside. Nobody, unless given. */
  readonly onCorrupt?: (error: unknown) => void
  /** Told of each transaction, and how many writes shared it. Nobody, unless given. */
  readonly onWritten?: (writes: number) => void
}

/** The store, and a way to learn of work. */
export interface SqliteStore extends Store {
  /** Calls the listener after each durable commit that added effects. Returns what stops it. */
  onCommit(listener: () => void): () => void
}

/**
 * Opens the SQLite database at a path. Any number of processes may; only the holder of the lock may deliver.
 *
 * @throws {DatabaseFault} with a sentence for the operator
 */
export async function openSqlite(path: string, options: OpenOptions = {}): Promise<SqliteStore> {
  const migrates = options.migrate ?? true
  if (!migrates && !existsSync(path)) {
    throw new DatabaseFault(
      `there is no database at ${path}: run "breakglass start" first, or check BREAKGLASS_DATABASE`,
    )
  }
  const db = connect(path)
  try {
    if (migrates) migrate(db)
    else mustBeUpToDate(db)
    return storeOn(db, options)
  } catch (error) {
    db.close()
    throw error
  }
}

function storeOn(db: Connection, { onCorrupt = () => {}, onWritten }: OpenOptions): SqliteStore {
  const tables = tablesOf(db, onCorrupt)
  const listeners = new Set<() => void>()
  return {
    ...readsOf(tables),
    ...writesTo(db, tables, new Writer(db, onWritten), listeners),
    onCommit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Reads see what is committed: writes never leave a transaction open between two turns of the event loop. */
function readsOf(tables: Tables) {
  const { requests, grants, holdings, copies, inbox, outbox, audit, counts, due, standings, marks } = tables
  const { reviews, people, pauses, home } = tables
  return {
    request: async (id) => requests.byId(id),
    grant: async (id) => grants.byId(id),
    holding: async (id) => holdings.byId(id),
    openHolding: async (target, account, access) => holdings.open(target, account, access),
    copy: async (id) => copies.byId(id),
    copiesOf: async (request) => copies.ofRequest(request),
    identicalRequest: async (same) => requests.identical(same),
    denials: async (like, since) => requests.denials(like, since),
    liveGrant: async (subject, entitlement) => grants.live(subject, entitlement),
    openRequests: async (subject) => counts.openRequests(subject),
    requestsSince: async (subject, since) => counts.requestsSince(subject, since),
    usesSince: async (subject, rule, since) => grants.usesSince(subject, rule, since),
    usesOfRule: async (rule, since) => reviews.usesSince(rule, since),
    pinOf: async (id) => people.pinOf(id),
    pinnedAs: async (subject) => people.pinnedAs(subject),
    requesters: async () => people.requesters(),
    hasAnything: async (id) => people.hasAnything(id),
    freezes: async (keys) => people.freezes(keys),
    pause: async () => pauses.lasting(),
    review: async (request) => reviews.of(request),
    reviews: async (filter) => reviews.list(filter),
    roster: async (group) => people.roster(group),
    note: async (key) => marks.note(key),
    heldBy: async (subject, slice) => home.heldBy(subject, slice),
    liveGrants: async (slice) => home.live(slice),
    stuckRevokes: async (slice) => home.stuck(slice),
    pendingOf: async (subject, slice) => home.pendingOf(subject, slice),
    pendingNaming: async (id, limit) => home.pendingNaming(id, limit),
    liveTargets: async () => grants.liveTargets(),
    leaningOn: async (holding) => grants.leaningOn(holding),
    requests: async (filter) => requests.list(filter),
    grants: async (filter) => grants.list(filter),
    events: async (filter) => audit.list(filter),
    dueGrants: async (now, limit) => due.grants(now, limit),
    dueRequests: async (now, limit) => due.requests(now, limit),
    stuckGrants: async (before, limit) => due.stuckGrants(before, limit),
    stuckOn: async (target, which) => standings.stuckOn(target, which),
    census: async (now) => standings.census(now),
    nextDueAt: async (after) => due.nextAt(after),
    dueLanes: async (now, only) => outbox.dueLanes(now, only),
    inboxRow: async (id) => inbox.byId(id),
    unanswered: async () => inbox.unanswered(),
    fedUpTo: async (feed) => marks.fedUpTo(feed),
    newestInstant: async () => audit.newestInstant(),
  } satisfies Partial<Store>
}

function writesTo(db: Connection, tables: Tables, writer: Writer, listeners: ReadonlySet<() => void>) {
  const { inbox, outbox, marks } = tables
  return {
    commit: async (change) => {
      await writer.run(() => applyChange(tables, change))
      if (change.settles) outbox.release(change.settles)
      if (hasEffects(change)) for (const listener of listeners) listener()
    },
    claim: async (lane, limit, now, others) => outbox.claim(lane, limit, now, others),
    giveBack: async (settlement) => outbox.release(settlement),
    hasten: (lane, now) => writer.run(() => outbox.hasten(lane, now)),
    receive: (row) => writer.run(() => inbox.receive(row)),
    forgetInbox: (before) => writer.run(() => inbox.forget(before)),
    setFedUpTo: (feed, sequence) => writer.run(() => marks.setFedUpTo(feed, sequence)),
    probe: (now) => writer.run(() => marks.probe(now)),
    close: async () => {
      writer.close()
      db.close()
    },
  } satisfies Partial<Store>
}

function tablesOf(db: Connection, onCorrupt: (error: unknown) => void): Tables {
  const grants = new GrantRows(db, onCorrupt)
  const marks = new Marks(db)
  const facts = { grants, marks, reviews: new ReviewRows(db), people: new PeopleRows(db), pauses: new PauseRows(db) }
  return {
    requests: new RequestRows(db, onCorrupt),
    ...facts,
    holdings: new HoldingRows(db),
    copies: new CopyRows(db),
    inbox: new Inbox(db),
    outbox: new Outbox(db, onCorrupt),
    audit: new AuditLog(db),
    counts: new Counts(db, facts),
    due: new Due(db),
    standings: new Standings(db),
    marks: new Marks(db),
    home: new HomeRows(db, onCorrupt),
  }
}
