import { setTimeout as sleep } from 'node:timers/promises'
import { BREAKS, type Break, type BreakName } from './breaks.ts'
import { type Chance, chanceFrom } from './chance.ts'
import { Crowd } from './crowd.ts'
import { judgeBooks, Witness } from './laws.ts'
import { Ledger } from './ledger.ts'
import { Life } from './life.ts'
import { type Death, LABEL_WITHIN_MS, Plan } from './plan.ts'
import { type Kill, type Report, reportOf } from './report.ts'
import type { AdapterKind } from './targets/target.ts'
import { tellStory } from './tell-story.ts'
import { startTown, type Town } from './town.ts'
import { copyTree } from './tree.ts'
import { Violations } from './violations.ts'
import { Watch } from './watch.ts'
import type { Foul } from './weather.ts'

/** People ask until so much is under way. */
const UNDER_WAY = 28
const WARM_WITHIN_MS = 5_000
/** When nobody asks any more, something of what was begun must come to its end within this time, until all has. */
const REST_WITHIN_MS = 90_000
/** A process that is not ready by then is killed as it is. */
const READY_WITHIN_MS = 8_000
/** From the death of a process until it is known here. */
const CUT_WITHIN_MS = 60

export interface SurviveOptions {
  readonly kills: number
  readonly seed: number
  readonly break?: BreakName
  /** The targets on which people ask for something; all, unless named. */
  readonly adapters?: readonly AdapterKind[]
  /** What weather comes by turns; all kinds, unless named. */
  readonly weather?: readonly Foul[]
  /** Ends at the first broken law. */
  readonly stopAtViolation?: boolean
  /** Ends as soon as possible, and leaves nothing behind. */
  readonly signal?: AbortSignal
  tell?(progress: { readonly kills: number; readonly violations: number; readonly last: Kill }): void
}

/** Kills the bot again and again while people work with it, and judges what it did. */
export async function survive(options: SurviveOptions): Promise<Report> {
  const { seed, adapters, weather } = options
  const town = await startTown({ seed, adapters, weather })
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
    const broken: Break | undefined = options.break && BREAKS[options.break]
    this.#plan = new Plan(options.kills, this.#chance, broken?.at)
    this.#ledger = new Ledger(town.databasePath)
    this.#violations = new Violations(() => `after ${this.#kills.length} kills`)
    this.#watch = new Watch(town, this.#ledger, this.#violations)
    const underWay = () => this.#watch.underWay
    this.#crowd = new Crowd({ town, chance: chanceFrom(options.seed + 2), underWay, wanted: UNDER_WAY })
  }

  async killAll(): Promise<void> {
    await this.#liveOnce()
    while (this.#kills.length < this.#options.kills && !this.isOver) {
      const death = this.#plan.next(this.#town.weather.slackIsThere)
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
    this.#town.weather.begin()
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
  #live({ label, passing = 1, from = 'spawn', afterMs = 0 }: Partial<Death>): Life {
    const { workspace, variablesFor } = this.#town
    const mode = this.#kills.length % 2 === 0 ? 'socket' : 'http'
    const die = label && { label, passing, from, afterMs }
    const life = new Life(this.#victim, { die }, variablesFor(mode))
    this.#life = life
    this.#watch.spawned(life)
    if (mode === 'socket') workspace.deliverTo(undefined)
    else void life.ready.then((port) => workspace.deliverTo(`http://127.0.0.1:${port}/slack/events`))
    return life
  }

  /** Waits for the death at the label, or brings it about. */
  async #untilDead(life: Life, { label, from, afterMs }: Death): Promise<void> {
    const stop = new AbortController()
    const { signal = stop.signal } = this.#options
    const either = AbortSignal.any([signal, stop.signal])
    const wait = (ms: number) => sleep(ms, undefined, { signal: either }).catch(() => undefined)
    if (from === 'ready') await Promise.race([life.ready, wait(READY_WITHIN_MS), life.ended])
    await Promise.race([wait(afterMs + (label ? LABEL_WITHIN_MS : 0)), life.ended])
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
    const now = Date.now()
    const { places, weather } = this.#town
    const last = {
      at: at ?? 'random',
      changing,
      extending: busy.extending,
      underWay: changing + busy.pending + busy.active,
      calling: places.filter(({ target }) => target.wasBusy(CUT_WITHIN_MS)).map(({ name }) => name),
      weather: Object.fromEntries(places.map(({ name }) => [name, weather.at(name, now)])),
      livedMs: now - life.spawnedAt,
      readyMs: life.readyMs,
    }
    this.#kills.push(last)
    this.#witness.look(this.#ledger, this.#crowd.memory, this.#violations)
    this.#complain()
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
      this.#violations.add('in the end all is as it was before', pair, '', () =>
        tellStory(pair, this.#town, this.#ledger),
      )
    }
    this.#complain()
  }

  #complain(): void {
    for (const { name, target } of this.#town.places) {
      for (const what of target.complaints()) this.#violations.add('calls are as the contract says', `${name}: ${what}`)
    }
  }

  async #rest(): Promise<void> {
    await this.#town.weather.clearUp()
    const life = this.#live({})
    this.#crowd.stopsAsking()
    await Promise.race([life.ready, life.ended])
    await this.#ebb()
    for (const { what, times } of this.#ledger.waiting()) {
      this.#violations.add(
        'everything ends',
        `${times} × ${what} still waits, and nothing ended for ${REST_WITHIN_MS} ms`,
      )
    }
    this.#witness.look(this.#ledger, this.#crowd.memory, this.#violations)
    this.#faults.push(...life.faults)
  }

  /** Until nothing waits, or no less of it than before. A long run leaves thousands of cards to draw, twenty a second. */
  async #ebb(): Promise<void> {
    let least = Number.POSITIVE_INFINITY
    let until = 0
    for (;;) {
      const left = this.#ledger.waiting().reduce((sum, { times }) => sum + times, 0)
      if (left < least) until = Date.now() + REST_WITHIN_MS
      least = Math.min(least, left)
      if (left === 0 || Date.now() >= until || this.#options.signal?.aborted) return
      await sleep(100)
    }
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
    return reportOf({
      seed: this.#options.seed,
      wanted: this.#options.kills,
      broken: this.#options.break ?? null,
      seconds: Math.round((Date.now() - this.#startedAt) / 1_000),
      kills: this.#kills,
      labelsMissed: this.#labelsMissed,
      faults: this.#faults,
      plan: this.#plan,
      watch: this.#watch,
      memory: this.#crowd.memory,
      town: this.#town,
      ledger: this.#ledger,
      violations: this.#violations.list(),
    })
  }
}
