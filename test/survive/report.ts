import type { Ledger } from './ledger.ts'

/** One kill, as it was found right after it. */
export interface Kill {
  /** `random` or the label. */
  readonly at: string
  /** Grants that were granting or revoking. */
  readonly changing: number
  /** Requests and grants that were not over. */
  readonly underWay: number
  /** Whether a call to PostgreSQL was cut off. */
  readonly calling: boolean
  readonly livedMs: number
}

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
  readonly killsWhileCalling: number
  readonly underWayAtKill: { readonly mean: number; readonly least: number }
  readonly lateGrants: number
  /** How late access was gone, in milliseconds. */
  readonly ends: Spread
  /** The same without the time for which the machine gave no processor. */
  readonly endsOwn: Spread
  readonly looks: number
  readonly said: Readonly<Record<string, { readonly acknowledged: number; readonly failed: number }>>
  readonly requests: Readonly<Record<string, number>>
  readonly grants: Readonly<Record<string, number>>
  readonly events: number
  readonly faults: Readonly<Record<string, number>>
  readonly violations: readonly { readonly law: string; readonly details: readonly string[] }[]
  readonly missing: readonly string[]
  readonly ok: boolean
}

export interface Spread {
  readonly judged: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

/** Smallest share of the kills at which a grant is granting or revoking. */
const CHANGING_SHARE = 0.8

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { judged: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}

function tally(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** The five that came most often. */
export function mostOften(names: Iterable<string>): Record<string, number> {
  const sorted = Object.entries(tally(names)).toSorted(([, a], [, b]) => b - a)
  return Object.fromEntries(sorted.slice(0, 5))
}

/** What a run must have covered to prove anything; said in words, if it has not. */
export function missingIn(run: {
  readonly kills: readonly Kill[]
  readonly wanted: number
  readonly hits: ReadonlyMap<string, number>
  readonly demand: number
  readonly ends: number
}): string[] {
  const changing = run.kills.filter((kill) => kill.changing > 0).length
  const rare = [...run.hits].filter(([, hits]) => hits < run.demand).map(([label, hits]) => `${label} (${hits})`)
  return [
    ...(run.kills.length < run.wanted ? [`${run.kills.length} of ${run.wanted} kills`] : []),
    ...(rare.length > 0 ? [`labels hit less than ${run.demand} times: ${rare.join(', ')}`] : []),
    ...(changing < CHANGING_SHARE * run.kills.length
      ? [`only ${changing} of ${run.kills.length} kills while a grant was granting or revoking`]
      : []),
    ...(run.ends < run.wanted / 2 ? [`only ${run.ends} ends judged`] : []),
  ]
}

export function countsOf(ledger: Ledger) {
  return {
    requests: tally(ledger.requests().map(({ state }) => state)),
    grants: tally(ledger.grants().map(({ cause, state }) => (state === 'revoked' ? `${cause}` : state))),
    events: ledger.events().length,
  }
}

/** The report as people read it. */
export function inWords(report: Report): string {
  const { kills, ends, underWayAtKill: busy } = report
  const share = (count: number) => `${count} (${Math.round((100 * count) / Math.max(1, kills))} %)`
  return [
    `survive: ${kills} kills in ${report.seconds} s, seed ${report.seed}${report.broken ? `, broken: ${report.broken}` : ''}`,
    `  killed at random instants ${report.random}, at labels ${kills - report.random}; a label was waited for in vain ${report.labelsMissed} times`,
    `  kills by label (at least ${report.demandedOfEachLabel} each)`,
    ...inColumns(Object.entries(report.byLabel).map(([label, hits]) => `${label} ${hits}`)),
    `  while a grant was granting or revoking ${share(report.killsWhileChanging)}, in the middle of a call to PostgreSQL ${share(report.killsWhileCalling)}`,
    `  under way at a kill: ${busy.mean.toFixed(1)} requests and grants on average, ${busy.least} at least`,
    `  grant statements that reached PostgreSQL after their process was dead: ${report.lateGrants}`,
    `  said to the bot: ${said(report)}`,
    `  requests: ${listed(report.requests)}`,
    `  grants, by cause of their end: ${listed(report.grants)}`,
    `  ends judged ${ends.judged} in ${report.looks} looks at PostgreSQL; gone after ${milliseconds(ends)}`,
    `    without the time for which the machine gave no processor: ${milliseconds(report.endsOwn)}`,
    `  audit events: ${report.events}`,
    `  faults that the bot logged: ${listed(report.faults) || 'none'}`,
    ...report.missing.map((words) => `  NOT COVERED: ${words}`),
    ...report.violations.flatMap(({ law, details }) => [
      `  BROKEN: ${law} (${details.length})`,
      ...details.map((detail) => `    ${detail}`),
    ]),
    report.ok ? '  no law was broken' : '  FAILED',
  ].join('\n')
}

function milliseconds({ p50, p99, most }: Spread): string {
  return `p50 ${p50} ms, p99 ${p99} ms, most ${most} ms`
}

function said({ said }: Report): string {
  return Object.entries(said)
    .map(([kind, { acknowledged, failed }]) => `${kind} ${acknowledged}${failed > 0 ? ` (+${failed} not heard)` : ''}`)
    .join(', ')
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function inColumns(words: readonly string[]): string[] {
  const lines: string[] = []
  for (let start = 0; start < words.length; start += 4) {
    lines.push(
      `    ${words
        .slice(start, start + 4)
        .map((word) => word.padEnd(28))
        .join('')}`.trimEnd(),
    )
  }
  return lines
}
