import { setTimeout as sleep } from 'node:timers/promises'
import type { GrantRow, Ledger } from './ledger.ts'
import type { Life } from './life.ts'
import { Starvation } from './starvation.ts'
import type { Town } from './town.ts'
import type { Violations } from './violations.ts'

const LOOK_EVERY_MS = 60
/** How long access may outlive its end, or the spawn of a process that finds it overdue; waiting for a processor apart. */
const MOST_LATE_MS = 3_000
/** Grants that ended no longer ago are looked at, too. */
const REMEMBERED_MS = 10_000

const MEMBERSHIPS = `
  select login.rolname || ' ' || role.rolname as pair
    from pg_auth_members membership
    join pg_roles role on role.oid = membership.roleid
    join pg_roles login on login.oid = membership.member
   where login.rolname like 'login_%'`

/** One look at PostgreSQL. What it shows was so at some instant between the two. */
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

/** What PostgreSQL says, compared all the time with what the bot has written down. */
export class Watch {
  /** How late access was gone, in milliseconds after its end or the spawn, for each end that one process lived through. */
  readonly lateMs: number[] = []
  /** The same without the time for which the machine gave no processor. */
  readonly ownLateMs: number[] = []
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

  /** What logins hold now. */
  async present(): Promise<Set<string>> {
    const { rows } = await this.#town.admin.query<{ pair: string }>(MEMBERSHIPS)
    return new Set(rows.map(({ pair }) => pair))
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
      if (!look.present.has(pair)) this.#violations.add('kept what was there before', `${pair} is gone`)
    }
    for (const [pair, own] of byPair) this.#judgeEnds(pair, own, look, alive)
    this.#judgeActive(grants, look)
  }

  #judgePresent(pair: string, recent: readonly GrantRow[], look: Look, alive: Alive): void {
    const [login = '', role = ''] = pair.split(' ')
    const grants = recent.length > 0 ? recent : this.#ledger.grantsOn(login, role)
    const begun = grants.filter(({ createdAt }) => createdAt <= look.to)
    if (begun.length === 0) {
      this.#violations.add('no access without a grant', `${pair} is there, and no grant was ever written down`)
      return
    }
    const until = Math.max(...begun.map((grant) => allowedUntil(grant, alive)))
    const late = Math.round(look.from - until)
    if (late <= 0) return
    const grounds = begun.map(({ id, state }) => `${id} ${state}`).join(', ')
    this.#violations.add('no access after its end', pair, ` (${grounds}) still there ${late} ms too late`)
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
      if (wasHeld && seenAt >= due - LOOK_EVERY_MS * 4 && !coveredLonger)
        this.#noteEnd(look.to - due, alive.starvation.since(due))
    }
  }

  #noteEnd(lateMs: number, starvedMs: number): void {
    this.lateMs.push(Math.max(0, lateMs))
    this.ownLateMs.push(Math.max(0, Math.round(lateMs - starvedMs)))
  }

  /** Whoever was told that he has access has it: nobody else's end may take it away. */
  #judgeActive(grants: readonly GrantRow[], { present }: Look): void {
    const active = grants.filter(({ state }) => state === 'active')
    for (const grant of active) {
      if (!this.#activeBefore.has(grant.id) || present.has(pairOf(grant))) continue
      this.#violations.add('what is active is held', `${grant.id} is active, and ${pairOf(grant)} is not there`)
    }
    this.#activeBefore = new Set(active.map(({ id }) => id))
  }
}

function pairOf({ account, role }: GrantRow): string {
  return `${account} ${role}`
}

function endOf({ expiresAt, revokingAt }: GrantRow): number {
  return Math.min(expiresAt, revokingAt ?? expiresAt)
}

/** Once a grant is called revoked, its access is no longer there; until then it may last a little longer than its end. */
function allowedUntil(grant: GrantRow, { spawnedAt, starvation }: Alive): number {
  const due = Math.max(endOf(grant), spawnedAt)
  return grant.revokedAt ?? due + MOST_LATE_MS + starvation.since(due)
}
