import { Registry } from 'prom-client'
import type { Census } from '../../core/census.ts'
import type { Store } from '../../core/store.ts'
import type { Deliver } from '../delivery.ts'
import type { Adapters, Deps } from '../ports.ts'
import type { Vitals } from '../readiness.ts'
import { type Instruments, makeInstruments, makeRecordGauges, ofProcess } from './instruments.ts'
import { watchAdapters, watchDeliveries, watchStore } from './watching.ts'

interface MeterOptions {
  readonly version: string
  /** Targets of the config: they are shown also while nothing is wrong with them. */
  readonly targets: readonly string[]
}

/** What is looked at when somebody asks. */
export type Scrape = Vitals & Pick<Deps, 'store' | 'clock' | 'gate' | 'clockIsRight'>

/** Counts what passes through it, and says it in the text format of Prometheus. */
export class Meter {
  readonly #instruments: Instruments = makeInstruments()
  readonly #record = makeRecordGauges()
  readonly #targets: readonly string[]
  #kinds: readonly string[] = []

  constructor({ version, targets }: MeterOptions) {
    this.#targets = targets
    this.#instruments.build.set({ version, node: process.version }, 1)
  }

  store<Watched extends Pick<Store, 'commit'>>(store: Watched): Watched {
    return watchStore(this.#instruments, store)
  }

  deliveries<Handlers extends Readonly<Record<string, Deliver>>>(handlers: Handlers): Handlers {
    this.#kinds = Object.keys(handlers)
    return watchDeliveries(this.#instruments, handlers)
  }

  adapters(adapters: Adapters): Adapters {
    return watchAdapters(this.#instruments, adapters)
  }

  /** A transaction with so many writes was committed. */
  wrote(writes: number): void {
    this.#instruments.transactions.inc()
    this.#instruments.writes.inc(writes)
  }

  rateLimited(): void {
    this.#instruments.rateLimited.inc()
  }

  /** Everything as it is now. While the database does not answer, what it knows is left out. */
  async text(scrape: Scrape): Promise<string> {
    const { registry, databaseReadable } = this.#instruments
    showVitals(this.#instruments, scrape)
    try {
      const now = scrape.clock.now()
      this.#showCensus(await scrape.store.census(now), now)
      this.#showPause((await scrape.store.pause()) !== undefined)
      databaseReadable.set(1)
      return await Registry.merge([registry, this.#record.registry, ofProcess]).metrics()
    } catch {
      databaseReadable.set(0)
      return await Registry.merge([registry, ofProcess]).metrics()
    }
  }

  #showCensus(census: Census, now: number): void {
    const { grants, pending, unanswered, auditSequence, channelBehind } = this.#record
    for (const [state, count] of Object.entries(census.grants)) grants.set({ state }, count)
    pending.set(census.pendingRequests)
    unanswered.set(census.unanswered)
    auditSequence.set(census.auditSequence)
    channelBehind.set(census.auditSequence - census.toldUpTo)
    this.#showOverdue(census, now)
    this.#showWaiting(census, now)
  }

  #showPause(paused: boolean): void {
    this.#record.paused.set(Number(paused))
    if (paused) this.#instruments.allowed.set(0)
  }

  #showOverdue(census: Census, now: number): void {
    const { overdue, overdueFor, stuck } = this.#record
    const none = this.#targets.map((target) => ({ target, count: 0, oldestAt: now, stuck: 0 }))
    for (const gauge of [overdue, overdueFor, stuck]) gauge.reset() // a target that the config lost is shown while it matters
    for (const at of [...none, ...census.overdue]) {
      const { target } = at
      overdue.set({ target }, at.count)
      overdueFor.set({ target }, secondsSince(at.oldestAt, now))
      stuck.set({ target }, at.stuck)
    }
  }

  #showWaiting(census: Census, now: number): void {
    const { waiting, waitingFor } = this.#record
    const none = this.#kinds.map((kind) => ({ kind, count: 0, oldestAt: now }))
    for (const { kind, count, oldestAt } of [...none, ...census.waiting]) {
      waiting.set({ kind }, count)
      waitingFor.set({ kind }, secondsSince(oldestAt, now))
    }
  }
}

function showVitals(instruments: Instruments, { slackConnected, lastTickAt, gate, clockIsRight }: Scrape): void {
  instruments.slackConnected.set(Number(slackConnected))
  instruments.lastTick.set((lastTickAt ?? 0) / 1_000)
  instruments.allowed.set(Number(gate.mayGrant().ok))
  instruments.clockJumped.set(Number(!clockIsRight()))
}

function secondsSince(at: number, now: number): number {
  return Math.max(0, now - at) / 1_000
}
