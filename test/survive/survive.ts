import { setTimeout as sleep } from 'node:timers/promises'
import type { BreakName } from './breaks.ts'
import { type Chance, chanceFrom } from './chance.ts'
import { Crowd } from './crowd.ts'
import { judgeBooks, Witness } from './laws.ts'
import { Ledger } from './ledger.ts'
import { Life } from './life.ts'
import { type Death, LABEL_WITHIN_MS, Plan } from './plan.ts'
import { countsOf, type Kill, missingIn, mostOften, type Report, spreadOf } from './report.ts'
import { startTown, type Town } from './town.ts'
import { copyTree } from './tree.ts'
import { Violations } from './violations.ts'
import { Watch } from './watch.ts'

/** People ask until so much is under way. */
const UNDER_WAY = 28
const WARM_WITHIN_MS = 5_000
/** How long all that was begun may take to end, when nobody asks any more. */
const REST_WITHIN_MS = 30_000
/** From the death of a process until it is known here. */
const CUT_WITHIN_MS = 60

export interface SurviveOptions {
  readonly kills: number
  readonly seed: number
  readonly break?: BreakName
  /** Ends at the first broken law. */
  readonly stopAtViolation?: boolean
  /** Ends as soon as possible, and leaves nothing behind. */
  readonly signal?: AbortSignal
  tell?(progress: { readonly kills: number; readonly violations: number; readonly last: Kill }): void
}

/** Kills the bot again and again while people work with it, and judges what it did. */
export async function survive(options: SurviveOptions): Promise<Report> {
  const town = await startTown(chanceFrom(options.seed + 1))
  const night = new Night(town, await copyTree(town.folder, options.break), options)
  try {
    await night.killAll()
    if (!night.isOver) await night.judge()
    return night.report()
  } finally {
    await night.end()
    await town.end()
  }
}

class Night {
  readonly #town: Town
  readonly #victim: string
  readonly #options: SurviveOptions
  readonly #chance: Chance
  readonly #plan: Plan
  readonly #ledger: Ledger
  readonly #violations: Violations
  readonly #watch: Watch
  readonly #crowd: Crowd
  readonly #witness = new Witness()
  readonly #kills: Kill[] = []
  readonly #faults: string[] = []
  readonly #startedAt = Date.now()
  #labelsMissed = 0
  #life: Life | undefined

  constructor(town: Town, victim: string, options: SurviveOptions) {
    this.#town = town
    this.#victim = victim
    this.#options = options
    this.#chance = chanceFrom(options.seed)
    this.#plan = new Plan(options.kills, this.#chance)
    this.#ledger = new Ledger(town.databasePath)
    this.#violations = new Violations(() => `after ${this.#kills.length} kills`)
    this.#watch = new Watch(town, this.#ledger, this.#violations)
    const underWay = () => this.#watch.underWay
    this.#crowd = new Crowd({ town, chance: chanceFrom(options.seed + 2), underWay, wanted: UNDER_WAY })
  }

  async killAll(): Promise<void> {
    await this.#liveOnce()
    while (this.#kills.length < this.#options.kills && !this.isOver) {
      const death = this.#plan.next()
      const life = this.#live(death)
      await this.#untilDead(life, death)
      this.#bury(life, death)
    }
  }

  /** Makes the database, finds out whether the bot starts at all, and lets people begin. */
  async #liveOnce(): Promise<void> {
    const life = this.#live({})
    const port = await Promise.race([life.ready, life.ended.then(() => undefined)])
    if (port === undefined) throw new Error(`the bot does not start:\n${life.faults.join('\n')}`)
    this.#crowd.comes()
    this.#watch.start()
    const until = Date.now() + WARM_WITHIN_MS
    while (this.#watch.underWay < UNDER_WAY * 0.7 && Date.now() < until) await sleep(50)
    life.kill()
    await life.ended
    this.#watch.died()
  }

  /** Whether there is no need to go on. */
  get isOver(): boolean {
    const stop = this.#options.stopAtViolation && this.#violations.count > 0
    return stop || this.#options.signal?.aborted === true
  }

  /** Starts a process, by turns over HTTP and over Socket Mode. */
  #live({ label, passing, afterMs }: Partial<Death>): Life {
    const { workspace, variablesFor } = this.#town
    const mode = this.#kills.length % 2 === 0 ? 'socket' : 'http'
    const die = label && { label, passing: passing ?? 1, armAfterMs: afterMs ?? 0 }
    const life = new Life(this.#victim, { die }, variablesFor(mode))
    this.#life = life
    this.#watch.spawned(life)
    if (mode === 'socket') workspace.deliverTo(undefined)
    else void life.ready.then((port) => workspace.deliverTo(`http://127.0.0.1:${port}/slack/events`))
    return life
  }

  /** Waits for the death at the label, or brings it about. */
  async #untilDead(life: Life, { label, afterMs }: Death): Promise<void> {
    const stop = new AbortController()
    const { signal = stop.signal } = this.#options
    const patience = afterMs + (label ? LABEL_WITHIN_MS : 0)
    const waited = sleep(patience, undefined, { signal: AbortSignal.any([signal, stop.signal]) }).catch(() => undefined)
    await Promise.race([waited, life.ended])
    stop.abort()
    life.kill()
    const how = await life.ended
    this.#watch.died()
    if (how !== 'SIGKILL') this.#violations.add('only a kill ends it', `it ended with ${how}: ${life.faults.at(-1)}`)
  }

  /** Looks at what the dead one has left, before the next one lives. */
  #bury(life: Life, { label }: Death): void {
    if (label && !life.diedAtLabel) this.#labelsMissed += 1
    const at = life.diedAtLabel ? label : undefined
    this.#plan.count(at)
    this.#faults.push(...life.faults)
    const busy = this.#ledger.busy()
    const changing = busy.granting + busy.revoking
    const last = {
      at: at ?? 'random',
      changing,
      underWay: changing + busy.pending + busy.active,
      calling: this.#town.road.wasBusy(CUT_WITHIN_MS),
      livedMs: Date.now() - life.spawnedAt,
    }
    this.#kills.push(last)
    this.#witness.look(this.#ledger, this.#violations)
    this.#options.tell?.({ kills: this.#kills.length, violations: this.#violations.count, last })
  }

  /** Lets everything end, and judges it all. */
  async judge(): Promise<void> {
    await this.#rest()
    const { memory } = this.#crowd
    await judgeBooks({ ledger: this.#ledger, memory, town: this.#town }, this.#violations)
    const present = await this.#watch.present()
    for (const pair of new Set([...present, ...this.#town.before])) {
      if (present.has(pair) && this.#town.before.has(pair)) continue
      this.#violations.add('in the end all is as it was before', pair)
    }
  }

  async #rest(): Promise<void> {
    const life = this.#live({})
    this.#crowd.stopsAsking()
    const until = Date.now() + REST_WITHIN_MS
    const waiting = () => !this.#options.signal?.aborted && Date.now() < until && this.#ledger.waiting() > 0
    await Promise.race([life.ready, life.ended])
    while (waiting()) await sleep(100)
    if (this.#ledger.waiting() > 0) {
      this.#violations.add('everything ends', `${this.#ledger.waiting()} things still wait, ${REST_WITHIN_MS} ms after`)
    }
    this.#witness.look(this.#ledger, this.#violations)
    this.#faults.push(...life.faults)
  }

  /** Leaves no process and no connection behind. */
  async end(): Promise<void> {
    this.#watch.died()
    this.#life?.kill()
    await this.#life?.ended
    await this.#watch.stop()
    await this.#crowd.leaves()
  }

  /** What was found so far. */
  report(): Report {
    const kills = this.#kills
    const { hits, demand } = this.#plan
    const violations = this.#violations.list()
    const ends = spreadOf(this.#watch.lateMs)
    const missing = missingIn({ kills, wanted: this.#options.kills, hits, demand, ends: ends.judged })
    const underWay = kills.map((kill) => kill.underWay)
    return {
      seed: this.#options.seed,
      seconds: Math.round((Date.now() - this.#startedAt) / 1_000),
      broken: this.#options.break ?? null,
      kills: kills.length,
      byLabel: Object.fromEntries(hits),
      random: kills.filter(({ at }) => at === 'random').length,
      labelsMissed: this.#labelsMissed,
      demandedOfEachLabel: demand,
      killsWhileChanging: kills.filter(({ changing }) => changing > 0).length,
      killsWhileCalling: kills.filter(({ calling }) => calling).length,
      underWayAtKill: {
        mean: underWay.reduce((sum, count) => sum + count, 0) / Math.max(1, kills.length),
        least: Math.min(...underWay),
      },
      lateGrants: this.#town.road.lateGrants(),
      ends,
      endsOwn: spreadOf(this.#watch.ownLateMs),
      looks: this.#watch.looks,
      said: Object.fromEntries(this.#crowd.memory.counts),
      ...countsOf(this.#ledger),
      faults: mostOften(this.#faults.map((fault) => fault.replaceAll(/\d+/g, '#').slice(0, 160))),
      violations,
      missing,
      ok: violations.length === 0 && missing.length === 0,
    }
  }
}
