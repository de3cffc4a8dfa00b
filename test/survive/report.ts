import { type End, type Lateness, latenessOf, type Spread, spreadOf } from './ends.ts'
import type { Ledger } from './ledger.ts'
import type { Memory } from './memory.ts'
import { missingIn } from './missing.ts'
import type { Plan } from './plan.ts'
import { ADAPTERS } from './targets/target.ts'
import type { Town } from './town.ts'
import type { BrokenLaw } from './violations.ts'
import type { Watch } from './watch.ts'
import { KINDS, type Kind } from './weather.ts'

/** One kill, as it was found right after it. */
export interface Kill {
  /** `random` or the label. */
  readonly at: string
  /** Grants that were granting or revoking. */
  readonly changing: number
  /** Of them, those that go on from another grant. */
  readonly extending: number
  /** Requests and grants that were not over. */
  readonly underWay: number
  /** Targets a call to which was cut off. */
  readonly calling: readonly string[]
  /** Over each target. */
  readonly weather: Readonly<Record<string, Kind>>
  readonly livedMs: number
  /** From the spawn until Slack could reach it, if it got so far. */
  readonly readyMs: number | undefined
}

/** What is counted for each adapter, by weather. */
type ByWeather = Readonly<Record<string, Readonly<Partial<Record<Kind, number>>>>>

export interface Report {
  readonly seed: number
  readonly seconds: number
  readonly broken: string | null
  readonly kills: number
  readonly byLabel: Readonly<Record<string, number>>
  readonly random: number
  readonly labelsMissed: number
  readonly demandedOfEachLabel: number
  readonly killsWhileChanging: number
  readonly killsWhileExtending: number
  /** Kills that cut off a call, by adapter. */
  readonly killsWhileCalling: Readonly<Record<string, number>>
  /** How long starting took those that got ready, in milliseconds. */
  readonly starts: Spread
  readonly underWayAtKill: { readonly mean: number; readonly least: number }
  readonly weather: Readonly<Record<Kind, { readonly spells: number; readonly seconds: number }>>
  /** Kills, by the weather that some target had, or Slack. */
  readonly killsIn: Readonly<Record<string, number>>
  readonly killsByWeather: ByWeather
  /** Grants, by the weather in which they began. */
  readonly grantsByWeather: ByWeather
  readonly lateGrants: number
  /** How late access was gone, in milliseconds, whatever the weather. */
  readonly allEnds: Spread
  /** The same where the target was fair. */
  readonly fairEnds: Spread
  /** The same without the time for which the machine gave no processor. */
  readonly fairEndsOwn: Spread
  /** How late access was gone, by adapter and by the weather between its end and then. */
  readonly ends: Lateness
  /** The same, from the moment at which a foul target was fair again; without those that were gone before. */
  readonly endsAfterWeather: Lateness
  readonly looks: number
  readonly said: Readonly<Record<string, { readonly acknowledged: number; readonly failed: number }>>
  readonly requests: Readonly<Record<string, number>>
  readonly grants: Readonly<Record<string, number>>
  readonly events: number
  readonly faults: Readonly<Record<string, number>>
  readonly violations: readonly BrokenLaw[]
  readonly missing: readonly string[]
  readonly ok: boolean
}

export interface Findings {
  readonly seed: number
  readonly wanted: number
  readonly broken: string | null
  readonly seconds: number
  readonly kills: readonly Kill[]
  readonly labelsMissed: number
  readonly faults: readonly string[]
  readonly plan: Plan
  readonly watch: Watch
  readonly memory: Memory
  readonly town: Town
  readonly ledger: Ledger
  readonly violations: readonly BrokenLaw[]
}

/** Counts what a run has come to. */
export function reportOf(findings: Findings): Report {
  const { seed, seconds, broken, kills, labelsMissed, plan, watch, memory, town, ledger, violations } = findings
  const { ends } = watch
  const missing = missingIn(findings)
  const underWay = kills.map((kill) => kill.underWay)
  return {
    seed,
    seconds,
    broken,
    kills: kills.length,
    byLabel: Object.fromEntries(plan.hits),
    random: kills.filter(({ at }) => at === 'random').length,
    labelsMissed,
    demandedOfEachLabel: plan.demand,
    killsWhileChanging: kills.filter(({ changing }) => changing > 0).length,
    killsWhileExtending: kills.filter(({ extending }) => extending > 0).length,
    killsWhileCalling: tally(kills.flatMap(({ calling }) => calling)),
    starts: spreadOf(kills.flatMap(({ readyMs }) => readyMs ?? [])),
    underWayAtKill: {
      mean: underWay.reduce((sum, count) => sum + count, 0) / Math.max(1, kills.length),
      least: Math.min(...underWay),
    },
    weather: town.weather.summary(),
    killsIn: tally(kills.map(({ weather }) => Object.values(weather).find((kind) => kind !== 'fair') ?? 'fair')),
    killsByWeather: killsByWeather(kills),
    grantsByWeather: grantsByWeather(town, ledger),
    lateGrants: town.story.lateGrants,
    ...latenessIn(ends),
    looks: watch.looks,
    said: Object.fromEntries(memory.counts),
    requests: tally(ledger.requests().map(({ state }) => state)),
    grants: tally(ledger.grants().map(({ cause, state }) => (state === 'revoked' ? `${cause}` : state))),
    events: ledger.events().length,
    faults: mostOften(findings.faults.map((fault) => fault.replaceAll(/\d+/g, '#').slice(0, 160))),
    violations,
    missing,
    ok: violations.length === 0 && missing.length === 0,
  }
}

function latenessIn(ends: readonly End[]) {
  const fair = ends.filter(({ kind }) => kind === 'fair' || kind === 'no-slack')
  return {
    allEnds: spreadOf(ends.map(({ lateMs }) => lateMs)),
    fairEnds: spreadOf(fair.map(({ lateMs }) => lateMs)),
    fairEndsOwn: spreadOf(fair.map(({ ownLateMs }) => ownLateMs)),
    ends: latenessOf(ends, ({ lateMs }) => lateMs),
    endsAfterWeather: latenessOf(ends, ({ afterMs }) => afterMs),
  }
}

function killsByWeather(kills: readonly Kill[]): ByWeather {
  return byWeather((adapter) => kills.map(({ weather }) => weather[adapter] ?? 'fair'))
}

function grantsByWeather({ weather }: Town, ledger: Ledger): ByWeather {
  const grants = Map.groupBy(ledger.grants(), ({ target }) => target)
  return byWeather((adapter) => (grants.get(adapter) ?? []).map(({ createdAt }) => weather.at(adapter, createdAt)))
}

function byWeather(kindsOf: (adapter: string) => readonly Kind[]): ByWeather {
  return Object.fromEntries(
    ADAPTERS.map((adapter) => {
      const kinds = kindsOf(adapter)
      return [adapter, Object.fromEntries(KINDS.map((kind) => [kind, kinds.filter((one) => one === kind).length]))]
    }),
  )
}

function tally(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** The five that came most often. */
function mostOften(names: Iterable<string>): Record<string, number> {
  const sorted = Object.entries(tally(names)).toSorted(([, a], [, b]) => b - a)
  return Object.fromEntries(sorted.slice(0, 5))
}
