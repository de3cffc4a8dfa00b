import { setTimeout as sleep } from 'node:timers/promises'
import type { End } from './ends.ts'
import type { GrantRow, Ledger } from './ledger.ts'
import type { Life } from './life.ts'
import { Starvation } from './starvation.ts'
import { tellStory } from './tell-story.ts'
import type { Town } from './town.ts'
import type { Violations } from './violations.ts'

const LOOK_EVERY_MS = 60
/** How long access may outlive its end, or the spawn of a process that finds it overdue; waiting for a processor apart. */
const MOST_LATE_MS = 3_000
/** Grants that ended no longer ago are looked at, too. */
const REMEMBERED_MS = 10_000

/** One look at the targets. What it shows was so at some instant between the two. */
interface Look {
  readonly from: number
  readonly to: number
  readonly present: ReadonlySet<string>
}

/** The process that lives now. */
interface Alive {
  readonly spawnedAt: number
  readonly starvation: Starvation
}

/** What the targets themselves hold, compared all the time with what the bot has written down. */
export class Watch {
  /** Each end that one process lived through. */
  readonly ends: End[] = []
  looks = 0
  /** Requests and grants that are not over, at the last look. */
  underWay = 0
  readonly #town: Town
  readonly #ledger: Ledger
  readonly #violations: Violations
  #alive: Alive | undefined
  #looking: Promise<void> = Promise.resolve()
  #stopped = false
  /** When each pair was last seen there. */
  readonly #lastSeen = new Map<string, number>()
  readonly #judged = new Set<string>()
  #activeBefore: ReadonlySet<string> = new Set()

  constructor(town: Town, ledger: Ledger, violations: Violations) {
    this.#town = town
    this.#ledger = ledger
    this.#violations = violations
  }

  start(): void {
    this.#looking = this.#lookOn()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#looking
  }

  /** A process lives from now on. */
  spawned({ spawnedAt, pid }: Life): void {
    this.#alive = { spawnedAt, starvation: new Starvation(pid, spawnedAt) }
  }

  /** It is dead: the database is left alone until the next one lives. */
  died(): void {
    this.#alive = undefined
    this.#activeBefore = new Set()
  }

  /** What logins hold now, on all targets. */
  async present(): Promise<Set<string>> {
    const held = await Promise.all(this.#town.places.map(({ target }) => target.present()))
    return new Set(held.flat())
  }

  async #lookOn(): Promise<void> {
    while (!this.#stopped) {
      const from = Date.now()
      const present = await this.present()
      this.#judge({ from, to: Date.now(), present })
      this.looks += 1
      await sleep(LOOK_EVERY_MS)
    }
  }

  #judge(look: Look): void {
    const alive = this.#alive
    if (alive && alive.spawnedAt <= look.from) this.#compare(look, alive)
    for (const pair of look.present) this.#lastSeen.set(pair, look.to)
  }

  #compare(look: Look, alive: Alive): void {
    alive.starvation.note(look.to)
    const grants = this.#ledger.grantsSince(look.from - REMEMBERED_MS)
    const { pending, granting, active, revoking } = this.#ledger.busy()
    this.underWay = pending + granting + active + revoking
    const byPair = Map.groupBy(grants, pairOf)
    for (const pair of look.present) {
      if (!this.#town.before.has(pair)) this.#judgePresent(pair, byPair.get(pair) ?? [], look, alive)
    }
    for (const pair of this.#town.before) {
      if (!look.present.has(pair)) this.#add('kept what was there before', pair, ' is gone')
    }
    for (const [pair, own] of byPair) this.#judgeEnds(pair, own, look, alive)
    this.#judgeActive(grants, look)
  }

  #judgePresent(pair: string, recent: readonly GrantRow[], look: Look, alive: Alive): void {
    const [login = '', role = ''] = pair.split(' ')
    const grants = recent.length > 0 ? recent : this.#ledger.grantsOn(login, role)
    const begun = grants.filter(({ createdAt }) => createdAt <= look.to)
    if (begun.length === 0) {
      this.#add('no access without a grant', pair, ' is there, and no grant was ever written down')
      return
    }
    const until = Math.max(...begun.map((grant) => this.#allowedUntil(grant, alive)))
    const late = Math.round(look.from - until)
    if (late <= 0) return
    const law = begun.every(({ state }) => state === 'revoked')
      ? 'what is called revoked is gone'
      : 'no access after its end'
    const grounds = begun.map(({ id, state }) => `${id} ${state}`).join(', ')
    this.#add(law, pair, ` (${grounds}) still there ${late} ms too late`)
  }

  /**
   * Once a grant is called revoked, its access is no longer there, whatever the weather; until then it may last a little
   * longer than its end. Where the target was foul since then, the bot goes on trying: access is gone soon after the
   * first try in fair weather, and that comes no later than the longest wait that so much failing can have led to.
   */
  #allowedUntil(grant: GrantRow, { spawnedAt, starvation }: Alive): number {
    if (grant.revokedAt !== null) return grant.revokedAt
    const due = Math.max(endOf(grant), spawnedAt)
    const fairSince = this.#town.weather.fairSince(grant.target)
    if (fairSince <= due) return due + MOST_LATE_MS + starvation.since(due)
    const wait = Math.min(longestWaitMs(fairSince - endOf(grant)), Math.max(0, (grant.againAt ?? 0) - fairSince))
    return Math.max(due, fairSince) + wait + MOST_LATE_MS + starvation.since(due)
  }

  /** Notes how late an end was, the first time that the access is seen gone while the process that should end it lives. */
  #judgeEnds(pair: string, grants: readonly GrantRow[], look: Look, alive: Alive): void {
    if (look.present.has(pair) || this.#town.before.has(pair)) return
    const seenAt = this.#lastSeen.get(pair)
    for (const grant of grants) {
      const end = endOf(grant)
      if (end > look.from || this.#judged.has(grant.id)) continue
      this.#judged.add(grant.id)
      const wasHeld = seenAt !== undefined && seenAt >= Math.max(grant.createdAt, alive.spawnedAt)
      const due = Math.max(end, alive.spawnedAt)
      const coveredLonger = grants.some((other) => other.id !== grant.id && endOf(other) > end)
      if (wasHeld && seenAt >= due - LOOK_EVERY_MS * 4 && !coveredLonger) this.#noteEnd(grant, due, look.to, alive)
    }
  }

  #noteEnd({ target }: GrantRow, due: number, goneAt: number, { starvation }: Alive): void {
    const { weather } = this.#town
    const fairSince = weather.fairSince(target)
    this.ends.push({
      adapter: target,
      kind: weather.during(target, due, goneAt),
      lateMs: Math.max(0, goneAt - due),
      ownLateMs: Math.max(0, Math.round(goneAt - due - starvation.since(due))),
      afterMs: fairSince > due && fairSince <= goneAt ? goneAt - fairSince : undefined,
    })
  }

  /** Whoever was told that he has access has it, also while he is given more time: nobody else's end may take it away. */
  #judgeActive(grants: readonly GrantRow[], { present }: Look): void {
    const active = grants.filter(({ state }) => state === 'active')
    for (const grant of active) {
      const pair = pairOf(grant)
      const known = this.#activeBefore.has(grant.id) ? grant : grants.find(({ extendedBy }) => extendedBy === grant.id)
      if (!known || !this.#activeBefore.has(known.id) || present.has(pair)) continue
      if (this.#town.story.wasTakenLate(pair, known.activeAt ?? 0)) continue
      this.#add('what is active is held', pair, ` is not there, and ${grant.id} is active`)
    }
    this.#activeBefore = new Set(active.map(({ id }) => id))
  }

  #add(law: string, pair: string, more: string): void {
    this.#violations.add(law, pair, more, () => tellStory(pair, this.#town, this.#ledger))
  }
}

function pairOf({ account, role }: Pick<GrantRow, 'account' | 'role'>): string {
  return `${account} ${role}`
}

function endOf({ expiresAt, revokingAt }: GrantRow): number {
  return Math.min(expiresAt, revokingAt ?? expiresAt)
}

/** After failing for so long: each wait is at most half as long again as all before it, as they double and vary by a fifth. */
function longestWaitMs(failingMs: number): number {
  return Math.min(72_000, 1.5 * failingMs + 2_400)
}
