import { readFile } from 'node:fs/promises'
import type { Report as SurviveReport } from '../survive/report.ts'
import { LINES, type Line, type LineName } from './line.ts'
import { expiry } from './lines/expiry.ts'
import { limits } from './lines/limits.ts'
import { memory } from './lines/memory.ts'
import { notices } from './lines/notices.ts'
import { press } from './lines/press.ts'
import { profile } from './lines/profile.ts'
import { restart } from './lines/restart.ts'
import { start } from './lines/start.ts'
import { throughput } from './lines/throughput.ts'
import { describeMachine } from './machine.ts'
import { onStage, type Scale, type Stage } from './stage.ts'

export interface BenchOptions {
  readonly scale: Scale
  readonly only: readonly LineName[]
  /** Path of what `npm run survive -- --json` printed. */
  readonly survive: string | undefined
  tell(progress: string): void
}

export interface Report {
  readonly machine: string
  readonly rounds: number
  /** Design §11. */
  readonly lines: readonly Line[]
  /** What the machine can do, whatever the bot does. */
  readonly limits: readonly Line[]
  /** Where the bot's time goes while it takes requests. */
  readonly profile: readonly Line[]
}

const MEASURES: Readonly<Record<LineName, (stage: Stage) => Promise<Line[]>>> = {
  throughput,
  press,
  expiry,
  restart,
  memory,
  start,
  notices,
  limits,
  profile,
}

/** Measures the chosen lines, one after the other, so that none disturbs another. */
export function bench({ scale, only, survive, tell }: BenchOptions): Promise<Report> {
  return onStage({ scale, tell }, async (stage) => {
    const found = new Map<LineName, readonly Line[]>()
    for (const name of LINES) {
      if (only.includes(name)) found.set(name, await MEASURES[name](stage))
    }
    const { limits = [], profile = [], ...table } = Object.fromEntries(found)
    const kills = survive === undefined ? [] : [await killsFrom(survive)]
    return {
      machine: describeMachine(),
      rounds: scale.rounds,
      lines: [...Object.values(table).flat(), ...kills],
      limits,
      profile,
    }
  })
}

async function killsFrom(path: string): Promise<Line> {
  const { kills, violations, lateGrants }: SurviveReport = JSON.parse(await readFile(path, 'utf8'))
  return {
    what: 'Kills at every point, orphaned access',
    reach: '0 in 10,000',
    measured: `${violations.length} in ${kills.toLocaleString('en-US')} (${lateGrants} grant calls arrived after their process was dead)`,
    reached: violations.length === 0 && kills >= 10_000,
  }
}
