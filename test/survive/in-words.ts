import type { Spread } from './ends.ts'
import type { Report } from './report.ts'
import { ADAPTERS } from './targets/target.ts'
import { KINDS, type Kind } from './weather.ts'

/** The report as people read it. */
export function inWords(report: Report): string {
  return [...runInWords(report), ...tablesInWords(report), ...verdictInWords(report), ...shortlyInWords(report)].join(
    '\n',
  )
}

/** What one tells of a run. */
function shortlyInWords(report: Report): string[] {
  const { grantsByWeather: began } = report
  const grants = ADAPTERS.map((name) => [name, Object.values(began[name] ?? {}).reduce((sum, one) => sum + one, 0)])
  const total = Object.values(report.grants).reduce((sum, count) => sum + count, 0)
  return [
    '  in short',
    `    ${report.kills} kills in ${report.seconds} s, by weather: ${listed(report.killsIn)}`,
    `    kills in the middle of a call: ${listed(report.killsWhileCalling)}; while more time was being given: ${report.killsWhileExtending}`,
    `    ${total} grants (${listed(Object.fromEntries(grants))}), ${report.grants.extended ?? 0} of them extended`,
    `    access was gone late by, whatever the weather: ${milliseconds(report.allEnds)}; where it was fair: ${milliseconds(report.fairEnds)}`,
    `    ${report.lateGrants} grants took effect after their process was dead; ${report.events} audit events; ${report.violations.length} laws broken`,
  ]
}

function runInWords(report: Report): string[] {
  const { kills, underWayAtKill: busy } = report
  const share = (count: number) => `${count} (${Math.round((100 * count) / Math.max(1, kills))} %)`
  const calling = Object.entries(report.killsWhileCalling).map(([adapter, count]) => `${adapter} ${share(count)}`)
  return [
    `survive: ${kills} kills in ${report.seconds} s, seed ${report.seed}${report.broken ? `, broken: ${report.broken}` : ''}`,
    `  killed at random instants ${report.random}, at labels ${kills - report.random}; a label was waited for in vain ${report.labelsMissed} times`,
    `  kills by label, ${report.demandedOfEachLabel} each at least is the aim`,
    ...inColumns(Object.entries(report.byLabel).map(([label, hits]) => `${label} ${hits}`)),
    `  while a grant was granting or revoking ${share(report.killsWhileChanging)}; in the middle of a call: ${calling.join(', ') || 'none'}`,
    `  under way at a kill: ${busy.mean.toFixed(1)} requests and grants on average, ${busy.least} at least`,
    `  ready after p50 ${report.starts.p50} ms, p99 ${report.starts.p99} ms; ${kills - report.starts.judged} were killed before`,
    `  grants that took effect after their process was dead: ${report.lateGrants}`,
    `  said to the bot: ${said(report)}`,
    `  requests: ${listed(report.requests)}`,
    `  grants, by cause of their end: ${listed(report.grants)}`,
    `  audit events: ${report.events}`,
    `  faults that the bot logged: ${listed(report.faults) || 'none'}`,
  ]
}

function tablesInWords(report: Report): string[] {
  const spells = KINDS.map((kind) => `${report.weather[kind].spells} in ${report.weather[kind].seconds} s`)
  const counts = (of: Report['killsByWeather']) => (adapter: string, kind: Kind) => String(of[adapter]?.[kind] ?? 0)
  const times = (of: Report['ends']) => (adapter: string, kind: Kind) => times4(of[adapter]?.[kind])
  return [
    ...table('', ['', ...KINDS], [['spells', ...spells]]),
    ...table('kills, by the weather over each target', ['', ...KINDS], rows(counts(report.killsByWeather))),
    ...table('grants, by the weather in which they began', ['', ...KINDS], rows(counts(report.grantsByWeather))),
    ...table('how late access was gone: ends judged, median, p99, most (ms)', ['', ...KINDS], rows(times(report.ends))),
    ...table('the same since the target was fair again', ['', ...KINDS], rows(times(report.endsAfterWeather))),
    `  where the target was fair: ${milliseconds(report.fairEnds)}, in ${report.looks} looks`,
    `    without the time for which the machine gave no processor: ${milliseconds(report.fairEndsOwn)}`,
  ]
}

function verdictInWords({ missing, violations, ok }: Report): string[] {
  return [
    ...missing.map((words) => `  NOT COVERED: ${words}`),
    ...violations.flatMap(({ law, details, stories }) => [
      `  BROKEN: ${law} (${details.length})`,
      ...details.flatMap((detail, index) => [
        `    ${detail}`,
        ...(stories[index] ?? []).map((line) => `      ${line}`),
      ]),
    ]),
    ok ? '  no law was broken' : '  FAILED',
  ]
}

function rows(cell: (adapter: string, kind: Kind) => string): string[][] {
  return ADAPTERS.map((adapter) => [adapter, ...KINDS.map((kind) => cell(adapter, kind))])
}

function table(title: string, head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `    ${cells.map((cell) => cell.padEnd(20)).join('')}`.trimEnd()
  return [...(title ? [`  ${title}`] : []), ...[head, ...body].map(line)]
}

function times4(spread: Spread | undefined): string {
  return spread ? `${spread.judged}: ${spread.p50} ${spread.p99} ${spread.most}` : '-'
}

function milliseconds({ judged, p50, p99, most }: Spread): string {
  return `${judged} ends, p50 ${p50} ms, p99 ${p99} ms, most ${most} ms`
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
    const row = words.slice(start, start + 4).map((word) => word.padEnd(28))
    lines.push(`    ${row.join('')}`.trimEnd())
  }
  return lines
}
