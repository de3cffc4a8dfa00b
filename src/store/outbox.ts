import { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { Settlement } from '../core/change.ts'
import { type Effect, exclusiveOf, keyOf, laneOf, URGENCIES } from '../core/effect.ts'
import { type Delivery, StaleState } from '../core/store.ts'
import { type Claimable, Claims } from './claims.ts'
import type { Connection } from './connection.ts'
import { grantId, parsed, readRow, requestId } from './row.ts'

const dueAt = z.int()
const NEWS = ['granted', 'denied', 'lapsed', 'terms-changed', 'ended', 'stuck'] as const

const alarm = z.discriminatedUnion('about', [
  z.object({ about: z.literal('stuck'), target: z.string() }),
  z.object({ about: z.literal('clock') }),
  z.object({ about: z.literal('glass'), rule: z.string() }),
])

const effectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal(['grant', 'revoke']), dueAt, grant: grantId, target: z.string(), holding: z.string() }),
  z.object({
    kind: z.literal('draw'),
    dueAt,
    copy: z.string(),
    destination: z.string(),
    redraw: z.exactOptional(z.enum(URGENCIES)),
  }),
  z.object({ kind: z.literal('tell'), dueAt, person: z.string(), request: requestId, news: z.enum(NEWS) }),
  z.object({
    kind: z.literal('say'),
    dueAt,
    person: z.string(),
    sentence: z.string(),
    key: z.string(),
    calls: z.exactOptional(z.array(z.string())),
  }),
  z.object({ kind: z.literal('warn'), dueAt, grant: grantId, person: z.string() }),
  z.object({ kind: z.literal(['ask', 'review']), dueAt, request: requestId }),
  z.object({ kind: z.literal('remind'), dueAt, copy: z.string(), destination: z.string(), number: z.int() }),
  z.object({ kind: z.literal(['home', 'person', 'left']), dueAt, person: z.string() }),
  z.object({ kind: z.literal('feed'), dueAt }),
  z.object({
    kind: z.literal('alarm'),
    dueAt,
    alarm,
    since: z.int(),
    told: z.int(),
    toldAt: z.int(),
    newestAt: z.int(),
    count: z.int(),
  }),
  z.object({ kind: z.literal('page'), dueAt, alarm, since: z.int(), receiver: z.string() }),
  z.object({ kind: z.literal('answer'), dueAt, inbox: z.string() }),
])

const waitingSchema = z.object({
  id: z.int(),
  lane: z.string(),
  attempts: z.int(),
  effect: parsed.pipe(effectSchema),
})

/**
 * A second effect of one kind and key asks for one more delivery of the first; also while the first is delivered. A card
 * waits in the more urgent lane of both, the first of the alphabet, unless the first is what is being delivered; and it is
 * as new as its last change.
 */
const ADD = `
  INSERT INTO outbox (kind, key, lane, exclusive, rank, effect, due_at)
  VALUES (@kind, @key, @lane, @exclusive, @rank, @effect, @dueAt)
  ON CONFLICT (kind, key) DO UPDATE SET
    revision = revision + 1,
    lane = iif(revision = @delivering, excluded.lane, min(lane, excluded.lane)),
    due_at = iif(excluded.lane LIKE 'redraw:%', excluded.due_at, min(due_at, excluded.due_at))`

/** Nearly every Change asks for the feed: where it is due already, that touches no index. */
const FEED_AGAIN = `UPDATE outbox SET revision = revision + 1 WHERE kind = 'feed' AND key = @key AND due_at <= @dueAt`

/** What takes access away goes first. */
const RANKS = [0, 1]

/** Rank by rank, so that each is one walk along an index, however many of the other wait. */
const waitingIn = (order: 'ASC' | 'DESC') => `
  SELECT id, lane, attempts, effect, kind, key, revision, exclusive FROM outbox INDEXED BY outbox_by_lane
  WHERE lane = +@lane AND rank = +@rank AND due_at <= @now
  ORDER BY due_at ${order}, id ${order}`

/** What a target's lane begins with, and the first that could come after all of them. */
const TARGET = 'target:'
const AFTER_TARGETS = 'target;'
const NEXT_TARGET = `
  SELECT lane FROM outbox INDEXED BY outbox_by_lane WHERE lane > ? AND lane < '${AFTER_TARGETS}' ORDER BY lane LIMIT 1`

/** The cards that people look at are those of a moment ago: of thousands, these are drawn again first. */
const REDRAW = 'redraw:'

const FINISH = 'DELETE FROM outbox WHERE id = @id AND revision = @revision'

/** Asked for again since the claim: delivered once more, at once. */
const REPEAT = 'UPDATE outbox SET attempts = 0 WHERE id = @id AND revision > @revision'

const POSTPONE = 'UPDATE outbox SET attempts = attempts + 1, due_at = @againAt WHERE id = @id'

const LANES = 'SELECT DISTINCT lane FROM outbox INDEXED BY outbox_due WHERE due_at <= ?'

type WaitingRow = Claimable & { readonly attempts: number; readonly effect: string }

/** What may be claimed. */
interface Found {
  readonly row: WaitingRow
  readonly read: Omit<Delivery, 'epoch'>
}

/** What waits to be done outside. */
export class Outbox {
  readonly #add
  readonly #feedAgain
  readonly #oldest
  readonly #newest
  readonly #finish
  readonly #repeat
  readonly #postpone
  readonly #hasten
  readonly #lanes
  readonly #nextTarget
  readonly #claims = new Claims()
  readonly #onCorrupt

  /** @param onCorrupt told of an effect that cannot be read: it is set aside until the next start */
  constructor(db: Connection, onCorrupt: (error: unknown) => void) {
    this.#add = db.prepare(ADD)
    this.#feedAgain = db.prepare(FEED_AGAIN)
    this.#oldest = db.prepare(waitingIn('ASC'))
    this.#newest = db.prepare(waitingIn('DESC'))
    this.#finish = db.prepare(FINISH)
    this.#repeat = db.prepare(REPEAT)
    this.#postpone = db.prepare(POSTPONE)
    this.#hasten = db.prepare('UPDATE outbox SET due_at = @now WHERE lane = @lane AND due_at > @now')
    this.#lanes = db.prepare(LANES).pluck()
    this.#nextTarget = db.prepare(NEXT_TARGET).pluck()
    this.#onCorrupt = onCorrupt
  }

  add(effect: Effect): void {
    const { kind, dueAt } = effect
    const key = keyOf(effect)
    if (kind === 'feed' && this.#feedAgain.run({ key, dueAt }).changes > 0) return
    this.#add.run({
      kind,
      key,
      lane: laneOf(effect),
      dueAt,
      exclusive: exclusiveOf(effect),
      rank: kind === 'revoke' ? 0 : 1,
      effect: canonicalJson(effect),
      delivering: this.#claims.on({ kind, key })?.revision ?? null,
    })
  }

  /** Nothing is claimed before all of it was read: a read that fails leaves no claim behind. */
  claim(lane: string, limit: number, now: number, others = limit): readonly Delivery[] {
    const found: Found[] = []
    for (const rank of RANKS) {
      const most = rank === 0 ? limit : Math.min(limit, found.length + others)
      this.#find(found, { lane, rank, now, most })
    }
    return found.map(({ row, read }) => ({ ...read, epoch: this.#claims.take(row).epoch }))
  }

  /** Inside the transaction; the claim ends with `release`. @throws {StaleState} when the claim is void */
  settle(settlement: Settlement): void {
    const { id, revision } = this.#claims.of(settlement)
    const { againAt } = settlement
    const settled = againAt === null ? this.#done({ id, revision }) : this.#postpone.run({ id, againAt }).changes > 0
    if (!settled) throw new StaleState(`delivery ${id} is settled already`)
  }

  /** The effect, if it is still there, may be claimed again: its settlement is durable, or cannot be stored. */
  release(settlement: Settlement): void {
    this.#claims.release(settlement)
  }

  hasten(lane: string, now: number): void {
    this.#hasten.run({ lane, now })
  }

  dueLanes(now: number, only?: 'targets'): readonly string[] {
    if (only === 'targets') return this.#targetLanes().filter((lane) => this.#hasUnclaimed(lane, now))
    const lanes = this.#lanes.all(now) as string[]
    const claimed = this.#claims.lanes()
    return lanes.filter((lane) => !claimed.has(lane) || this.#hasUnclaimed(lane, now))
  }

  /** From one to the next along the index: however much waits, it is one step for each target. */
  #targetLanes(): readonly string[] {
    const lanes: string[] = []
    const after = (lane: string) => this.#nextTarget.get(lane) as string | undefined
    for (let lane = after(TARGET); lane !== undefined; lane = after(lane)) lanes.push(lane)
    return lanes
  }

  #find(found: Found[], { lane, rank, now, most }: { lane: string; rank: number; now: number; most: number }): void {
    if (found.length >= most) return
    for (const row of this.#waiting(lane, rank, now)) {
      const excluded = row.exclusive !== null && found.some((other) => other.row.exclusive === row.exclusive)
      if (excluded || !this.#claims.mayTake(row)) continue
      const read = this.#read(row)
      if (read) found.push({ row, read })
      if (found.length >= most) return
    }
  }

  #waiting(lane: string, rank: number, now: number): IterableIterator<WaitingRow> {
    const waiting = lane.startsWith(REDRAW) ? this.#newest : this.#oldest
    return waiting.iterate({ lane, rank, now }) as IterableIterator<WaitingRow>
  }

  #hasUnclaimed(lane: string, now: number): boolean {
    for (const rank of RANKS) {
      for (const row of this.#waiting(lane, rank, now)) if (this.#claims.mayTake(row)) return true
    }
    return false
  }

  #done(claim: { readonly id: number; readonly revision: number }): boolean {
    return this.#finish.run(claim).changes > 0 || this.#repeat.run(claim).changes > 0
  }

  /** What cannot be read is set aside, so that it delays nothing. */
  #read(row: WaitingRow): Found['read'] | undefined {
    try {
      return readRow('outbox', waitingSchema, row)
    } catch (error) {
      this.#claims.setAside(row.id)
      this.#onCorrupt(error)
      return undefined
    }
  }
}
