import { type Effect, exclusiveOf, keyOf, laneOf } from '../../src/core/effect.ts'
import type { GrantId, RequestId } from '../../src/core/ids.ts'
import { type Delivery, StaleState } from '../../src/core/store.ts'
import type { SchedulerDeps } from '../../src/scheduler/scheduler.ts'

interface Row {
  readonly id: number
  readonly effect: Effect
  dueAt: number
  attempts: number
  epoch: number
  claimed: boolean
}

/** The part of the store that the scheduler sees, kept in memory: claims, epochs and exclusion as the port promises them. */
export class MemoryStore {
  readonly rows = new Map<string, Row>()
  readonly grantsDue = new Map<GrantId, number>()
  readonly requestsDue = new Map<RequestId, number>()
  readonly stuckSince = new Map<GrantId, number>()
  readonly states = new Map<GrantId, string>()
  readonly forgotten: number[] = []
  readonly hastened: string[] = []
  /** Thrown by the next commits, one each. */
  readonly faults: Error[] = []
  #lastId = 0

  put(...effects: readonly Effect[]): void {
    for (const effect of effects) {
      const id = ++this.#lastId
      const row = { id, effect, dueAt: effect.dueAt, attempts: 0, epoch: 0, claimed: false }
      this.rows.set(`${effect.kind} ${keyOf(effect)}`, row)
    }
  }

  /** Voids all claims, as a restart does. */
  voidAll(): void {
    for (const row of this.rows.values()) {
      row.claimed = false
      row.epoch++
    }
  }

  #due(now: number): Row[] {
    return [...this.rows.values()].filter((row) => !row.claimed && row.dueAt <= now)
  }

  readonly port: SchedulerDeps['store'] = {
    commit: async ({ settles, effects = [] }) => {
      const fault = this.faults.shift()
      if (fault) throw fault
      this.put(...effects)
      if (!settles) return
      const [key, row] = [...this.rows].find(([, { id }]) => id === settles.delivery) ?? []
      if (!key || !row?.claimed || row.epoch !== settles.epoch) throw new StaleState('void claim')
      if (settles.againAt === null) this.rows.delete(key)
      else Object.assign(row, { claimed: false, dueAt: settles.againAt })
    },
    dueLanes: async (now, only) => {
      const lanes = this.#due(now).map(({ effect }) => laneOf(effect))
      return [...new Set(lanes)].filter((lane) => only === undefined || lane.startsWith('target:'))
    },
    claim: async (lane, limit, now, others) => this.#claim(lane, limit, now, others),
    giveBack: async ({ delivery }) => {
      const row = [...this.rows.values()].find(({ id }) => id === delivery)
      if (row) row.claimed = false
    },
    hasten: async (lane, now) => {
      this.hastened.push(lane)
      for (const row of this.rows.values()) if (laneOf(row.effect) === lane) row.dueAt = Math.min(row.dueAt, now)
    },
    grant: async (id) => ({ id, state: this.states.get(id) ?? 'granting' }) as never,
    dueGrants: async (now, limit) => first(this.grantsDue, now, limit),
    dueRequests: async (now, limit) => first(this.requestsDue, now, limit),
    stuckGrants: async (before, limit) => first(this.stuckSince, before, limit),
    nextDueAt: async (after = -1) => {
      const effects = [...this.rows.values()].filter((row) => !row.claimed).map((row) => row.dueAt)
      const all = [...effects, ...this.grantsDue.values(), ...this.requestsDue.values()]
      const later = all.filter((at) => at > after)
      return later.length > 0 ? Math.min(...later) : undefined
    },
    forgetInbox: async (before) => void this.forgotten.push(before),
  }

  #claim(lane: string, limit: number, now: number, others = limit): Delivery[] {
    const held = new Set([...this.rows.values()].filter((row) => row.claimed).map((row) => exclusiveOf(row.effect)))
    const rank = ({ effect, dueAt }: Row) => (effect.kind === 'revoke' ? dueAt - Number.MAX_SAFE_INTEGER : dueAt)
    const waiting = this.#due(now).filter((row) => laneOf(row.effect) === lane)
    let left = others
    return waiting
      .sort((a, b) => rank(a) - rank(b))
      .filter(({ effect }) => {
        const exclusive = exclusiveOf(effect)
        if (exclusive === null) return true
        const free = !held.has(exclusive)
        held.add(exclusive)
        return free
      })
      .filter(({ effect }) => effect.kind === 'revoke' || left-- > 0)
      .slice(0, limit)
      .map((row) => {
        row.claimed = true
        row.epoch++
        return { id: row.id, effect: row.effect, lane, attempts: row.attempts++, epoch: row.epoch }
      })
  }
}

function first<Id>(due: ReadonlyMap<Id, number>, now: number, limit: number): Id[] {
  const ids = [...due].filter(([, at]) => at <= now).sort(([, a], [, b]) => a - b)
  return ids.slice(0, limit).map(([id]) => id)
}
