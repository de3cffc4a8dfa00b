import { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { Settlement } from '../core/change.ts'
import { type Effect, exclusiveOf, keyOf, laneOf, URGENCIES } from '../core/effect.ts'
import { type Delivery, StaleState } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { grantId, json, readRow, requestId } from './row.ts'

const dueAt = z.int()
const NEWS = ['granted', 'denied', 'lapsed', 'terms-changed', 'ended', 'stuck'] as const

const alarm = z.discriminatedUnion('about', [
  z.object({ about: z.literal('stuck'), target: z.string() }),
  z.object({ about: z.literal('clock') }),
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
  z.object({ kind: z.literal('say'), dueAt, person: z.string(), sentence: z.string(), key: z.string() }),
  z.object({ kind: z.literal('warn'), dueAt, grant: grantId, person: z.string() }),
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

const deliverySchema = z.object({
  id: z.int(),
  lane: z.string(),
  attempts: z.int(),
  epoch: z.int(),
  effect: json.pipe(effectSchema),
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
    lane = iif(claimed = revision, excluded.lane, min(lane, excluded.lane)),
    due_at = iif(excluded.lane LIKE 'redraw:%', excluded.due_at, min(due_at, excluded.due_at))`

/** Rank by rank, so that each is one walk along an index, however many of the other wait. */
const claimFirst = (order: 'ASC' | 'DESC') => `
  UPDATE outbox SET claimed = revision, epoch = epoch + 1
  WHERE id = (
    SELECT waiting.id FROM outbox AS waiting INDEXED BY outbox_by_lane
    WHERE waiting.lane = @lane AND waiting.rank = @rank AND waiting.due_at <= @now AND waiting.claimed IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM outbox AS other INDEXED BY outbox_claimed
        WHERE other.exclusive = waiting.exclusive AND other.claimed IS NOT NULL
      )
    ORDER BY waiting.due_at ${order}, waiting.id ${order} LIMIT 1
  )
  RETURNING id, lane, attempts, epoch, effect`

/** The cards that people look at are those of a moment ago: of thousands, these are drawn again first. */
const REDRAW = 'redraw:'

const FINISH = 'DELETE FROM outbox WHERE id = @delivery AND epoch = @epoch AND claimed = revision'

/** Asked for again since the claim: delivered once more, at once. */
const REPEAT = `
  UPDATE outbox SET claimed = NULL, attempts = 0
  WHERE id = @delivery AND epoch = @epoch AND claimed < revision`

const POSTPONE = `
  UPDATE outbox SET claimed = NULL, attempts = attempts + 1, due_at = @againAt
  WHERE id = @delivery AND epoch = @epoch AND claimed IS NOT NULL`

const VOID_CLAIMS = `
  UPDATE outbox SET claimed = NULL, epoch = epoch + 1, due_at = min(due_at, @now) WHERE claimed IS NOT NULL`

const LANES = 'SELECT DISTINCT lane FROM outbox INDEXED BY outbox_due WHERE due_at <= ? AND claimed IS NULL'

/** What waits to be done outside. */
export class Outbox {
  readonly #add
  readonly #claimOldest
  readonly #claimNewest
  readonly #finish
  readonly #repeat
  readonly #postpone
  readonly #voidClaims
  readonly #hasten
  readonly #lanes
  readonly #onCorrupt

  /** @param onCorrupt told of an effect that cannot be read: it stays claimed, so that it delays no other */
  constructor(db: Connection, onCorrupt: (error: unknown) => void) {
    this.#add = db.prepare(ADD)
    this.#claimOldest = db.prepare(claimFirst('ASC'))
    this.#claimNewest = db.prepare(claimFirst('DESC'))
    this.#finish = db.prepare(FINISH)
    this.#repeat = db.prepare(REPEAT)
    this.#postpone = db.prepare(POSTPONE)
    this.#voidClaims = db.prepare(VOID_CLAIMS)
    this.#hasten = db.prepare(
      'UPDATE outbox SET due_at = @now WHERE lane = @lane AND due_at > @now AND claimed IS NULL',
    )
    this.#lanes = db.prepare(LANES)
    this.#onCorrupt = onCorrupt
  }

  add(effect: Effect): void {
    this.#add.run({
      kind: effect.kind,
      key: keyOf(effect),
      lane: laneOf(effect),
      exclusive: exclusiveOf(effect),
      rank: effect.kind === 'revoke' ? 0 : 1,
      effect: canonicalJson(effect),
      dueAt: effect.dueAt,
    })
  }

  claim(lane: string, limit: number, now: number, others = limit): readonly Delivery[] {
    const claimed: Delivery[] = []
    const first = lane.startsWith(REDRAW) ? this.#claimNewest : this.#claimOldest
    for (const rank of [0, 1]) {
      const most = rank === 0 ? limit : Math.min(limit, claimed.length + others)
      while (claimed.length < most) {
        const row = first.get({ lane, rank, now })
        if (row === undefined) break
        const delivery = this.#read(row)
        if (delivery) claimed.push(delivery)
      }
    }
    return claimed
  }

  /** @throws {StaleState} when the claim is void */
  settle(settlement: Settlement): void {
    const settled = settlement.againAt === null ? this.#done(settlement) : this.#postpone.run(settlement).changes > 0
    if (!settled) throw new StaleState(`the claim ${settlement.epoch} on delivery ${settlement.delivery} is void`)
  }

  voidClaims(now: number): void {
    this.#voidClaims.run({ now })
  }

  hasten(lane: string, now: number): void {
    this.#hasten.run({ lane, now })
  }

  dueLanes(now: number): readonly string[] {
    return this.#lanes.all(now).map((row) => (row as { lane: string }).lane)
  }

  #done(settlement: Settlement): boolean {
    return this.#finish.run(settlement).changes > 0 || this.#repeat.run(settlement).changes > 0
  }

  #read(row: unknown): Delivery | undefined {
    try {
      return readRow('outbox', deliverySchema, row)
    } catch (error) {
      this.#onCorrupt(error)
      return undefined
    }
  }
}
