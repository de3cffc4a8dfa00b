import type { Change } from '../core/change.ts'
import type { Effect } from '../core/effect.ts'
import { urgencyOf } from '../core/urgency.ts'
import type { AuditLog } from './audit-log.ts'
import type { CopyRows } from './copy-rows.ts'
import type { Due } from './due.ts'
import type { GrantRows } from './grant-rows.ts'
import type { Counts } from './guards.ts'
import type { HoldingRows } from './holding-rows.ts'
import type { HomeRows } from './home-rows.ts'
import type { Inbox } from './inbox.ts'
import type { Marks } from './marks.ts'
import type { Outbox } from './outbox.ts'
import type { PauseRows } from './pause-rows.ts'
import type { PeopleRows } from './people-rows.ts'
import type { RequestRows } from './request-rows.ts'
import type { ReviewRows } from './review-rows.ts'
import type { Standings } from './standings.ts'

export interface Tables {
  readonly requests: RequestRows
  readonly grants: GrantRows
  readonly holdings: HoldingRows
  readonly copies: CopyRows
  readonly reviews: ReviewRows
  readonly people: PeopleRows
  readonly pauses: PauseRows
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly audit: AuditLog
  readonly counts: Counts
  readonly due: Due
  readonly standings: Standings
  readonly marks: Marks
  readonly home: HomeRows
}

/**
 * Writes a Change, inside a transaction. Guards see what was there before. A delivery is settled before new effects are
 * added, so that one that asks for itself again, later, waits for its time.
 *
 * @throws {StaleState}
 */
export function applyChange(tables: Tables, change: Change): void {
  for (const guard of change.guards ?? []) tables.counts.check(guard)
  if (change.answers) tables.inbox.answer(change.answers)
  if (change.settles) tables.outbox.settle(change.settles)
  for (const request of olderFirst(change.requests)) tables.requests.write(request)
  for (const holding of olderFirst(change.holdings)) tables.holdings.write(holding)
  for (const grant of olderFirst(change.grants)) tables.grants.write(grant)
  for (const copy of change.copies ?? []) tables.copies.write(copy)
  for (const review of change.reviews ?? []) tables.reviews.write(review)
  for (const pause of change.pauses ?? []) tables.pauses.write(pause)
  rememberPeople(tables.people, change)
  for (const { key, value } of change.notes ?? []) tables.marks.remember(key, value)
  addEffects(tables, change)
  if (change.events?.length) tables.audit.append(change.events)
}

function rememberPeople(people: PeopleRows, { pins, repins, freezes, thaws, rosters }: Change): void {
  for (const pin of pins ?? []) people.pin(pin)
  for (const pin of repins ?? []) people.repin(pin)
  for (const freeze of freezes ?? []) people.freeze(freeze)
  for (const thaw of thaws ?? []) people.thaw(thaw)
  for (const roster of rosters ?? []) people.keepRoster(roster)
}

/** Whether the Change puts anything into the outbox. */
export function hasEffects({ effects = [], redraws = [], answers }: Change): boolean {
  return effects.length > 0 || redraws.length > 0 || answers !== undefined
}

function addEffects({ outbox, copies }: Tables, change: Change): void {
  const { effects = [], redraws = [], answers } = change
  for (const effect of distinct(effects)) outbox.add(effect)
  for (const { request, at } of redraws) {
    const redraw = urgencyOf(change, request)
    for (const { id, destination, ts } of copies.showing(request)) {
      outbox.add({ kind: 'draw', copy: id, destination, dueAt: at, ...(ts === null ? {} : { redraw }) })
    }
  }
  if (answers) outbox.add({ kind: 'answer', inbox: answers.inbox, dueAt: answers.at })
}

/** Each event of a Change asks for the feed: once is enough. */
function distinct(effects: readonly Effect[]): readonly Effect[] {
  const feed = effects.find(({ kind }) => kind === 'feed')
  return effects.filter((effect) => effect.kind !== 'feed' || effect === feed)
}

/** What ends makes room, among unique rows, for what begins in the same Change. */
function olderFirst<Row extends { readonly version: number }>(rows: readonly Row[] = []): readonly Row[] {
  return rows.toSorted((a, b) => Number(a.version === 0) - Number(b.version === 0))
}
