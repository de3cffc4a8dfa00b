import type { GrantId, RequestId } from '../core/ids.ts'
import type { Store } from '../core/store.ts'
import { type Chore, Chores } from './chores.ts'
import { Deliveries, type DeliveriesDeps } from './deliveries.ts'
import { type DealWith, dealWith } from './due.ts'
import { allWithin, Nap } from './nap.ts'
import { EVERYTHING, type Share, Shares } from './shares.ts'

const MOST_MS = 1_000
/** Between two ticks, so that many commits share one, and others come in. */
const REST_MS = 2
const HOUR_MS = 3_600_000
const INBOX_KEPT_MS = 24 * HOUR_MS
/** Access that outlives its time is told within 60 s; the rest is for finding and telling it. */
const STUCK_MS = 50_000
/** How long deliveries may take to notice that they were aborted. */
const LAST_WORDS_MS = 1_000

export interface SchedulerDeps extends DeliveriesDeps {
  readonly store: DeliveriesDeps['store'] &
    Pick<Store, 'dueGrants' | 'dueRequests' | 'stuckGrants' | 'nextDueAt' | 'forgetInbox'>
  /** The operations that time calls for. Each is safe to repeat, and changes nothing for what is not due any more. */
  expire(id: GrantId): Promise<unknown>
  lapse(id: RequestId): Promise<unknown>
  stick(id: GrantId): Promise<unknown>
  /** Done beside the loop; the inbox is forgotten anyway. */
  readonly chores: readonly Chore[]
  /** What the loop may begin; by how busy this process is, unless given. */
  readonly shares?: Shares
}

/**
 * One loop that does what is due and delivers the outbox. Timers only wake it: what is due is read from the database. It
 * wakes at the next due instant, when `wake` is called, and at least every second; a tick that fails is logged, and the
 * next one comes.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps
  readonly #deliveries: Deliveries
  readonly #chores: Chores
  readonly #due: readonly DealWith[]
  readonly #nap = new Nap()
  readonly #shares: Shares
  /** The tick under way or the last one: ticks never overlap. */
  #tick: Promise<unknown> = Promise.resolve()
  #loop: Promise<void> = Promise.resolve()
  #stopping = false
  #lastTickAt: number | undefined

  constructor(deps: SchedulerDeps) {
    const { store, log } = deps
    this.#deps = deps
    this.#deliveries = new Deliveries(deps, () => this.wake())
    this.#shares = deps.shares ?? new Shares()
    this.#chores = new Chores([forgetInbox(store), this.#abortEndedGrants(), ...deps.chores], log)
    this.#due = [
      dealWith({ name: 'expire', find: (now, most) => store.dueGrants(now, most), act: (id) => deps.expire(id) }, log),
      dealWith({ name: 'lapse', find: (now, most) => store.dueRequests(now, most), act: (id) => deps.lapse(id) }, log),
      dealWith({ name: 'stick', find: (now, most) => stuck(store, now, most), act: (id) => deps.stick(id) }, log),
    ]
  }

  /** The instant of the last finished tick; `undefined` before the first. */
  get lastTickAt(): number | undefined {
    return this.#lastTickAt
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** Something may be due now: call it after every commit. */
  wake(): void {
    this.#nap.wake()
  }

  /** Aborts the call of a grant that is being taken away. */
  abortGrant(id: GrantId): void {
    this.#deliveries.abortGrant(id)
  }

  /**
   * Does all that is due at `now`, and begins the deliveries that the share allows; they go on after it. Never rejects;
   * resolves with whether something that is due may have been left behind.
   */
  tick(now: number, share = EVERYTHING): Promise<boolean> {
    const tick = this.#tick.then(() => this.#once(now, share))
    this.#tick = tick
    return tick
  }

  /** Resolves when nothing is in flight and nothing more can be done at the present instant. */
  async idle(): Promise<void> {
    let before: number
    do {
      before = this.#deliveries.begun
      await Promise.all(this.#running())
      await this.tick(this.#deps.clock.now())
    } while (this.#running().length > 0 || this.#deliveries.begun > before)
  }

  /** Claims nothing more and lets what is in flight end; after `graceMs` it is aborted, and found again at the next start. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true
    this.#deliveries.close()
    this.#nap.wake()
    await allWithin([this.#loop, this.#tick.then(() => undefined)], graceMs)
    if ((await allWithin(this.#running(), graceMs)) === 'all') return
    this.#deliveries.abortAll()
    this.#chores.abort()
    await allWithin(this.#running(), LAST_WORDS_MS)
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#stopping) {
      this.#nap.forget()
      const began = clock.now()
      const share = this.#shares.at(began)
      const left = await this.tick(began, share)
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
      const most = left || share.slack === 0 ? this.#shares.msToMore(clock.now()) : MOST_MS
      await this.#nap.sleep(Math.min(most, await this.#msToDue(began)))
    }
  }

  /** Until something is due that was not when the last tick began; what it left behind hides nothing. */
  async #msToDue(began: number): Promise<number> {
    const { store, clock } = this.#deps
    try {
      const next = await store.nextDueAt(began)
      return Math.max(0, (next ?? Number.POSITIVE_INFINITY) - clock.now())
    } catch {
      return MOST_MS // the tick meets the same fault, and logs it
    }
  }

  async #once(now: number, share: Share): Promise<boolean> {
    let more = true
    let left = false
    while (more && !this.#stopping) {
      more = (await Promise.all(this.#due.map((dealWithPage) => dealWithPage(now)))).includes(true)
      left = await this.#deliveries.begin(now, share)
    }
    if (!this.#stopping) this.#chores.begin(now)
    this.#lastTickAt = now
    return left
  }

  #running(): readonly Promise<void>[] {
    return [...this.#deliveries.underWay(), ...this.#chores.running()]
  }

  /** The command line ends grants without telling this process. */
  #abortEndedGrants(): Chore {
    return { name: 'abort-ended-grants', everyMs: MOST_MS, run: () => this.#deliveries.abortEndedGrants() }
  }
}

function forgetInbox(store: Pick<Store, 'forgetInbox'>): Chore {
  return { name: 'forget-inbox', everyMs: HOUR_MS, run: (now) => store.forgetInbox(now - INBOX_KEPT_MS) }
}

function stuck(store: Pick<Store, 'stuckGrants'>, now: number, limit: number): Promise<readonly GrantId[]> {
  return store.stuckGrants(now - STUCK_MS, limit)
}
