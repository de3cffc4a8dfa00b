import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { startBot } from '../../src/app.ts'
import { readStartEnvironment } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Label } from '../../src/operations/labels.ts'

/** What the harness tells a victim, as JSON in the only argument. */
export interface VictimOrder {
  /** Where to die: at this passing of the label, counted from so many milliseconds after the spawn or after it is ready. */
  readonly die:
    | { readonly label: Label; readonly passing: number; readonly from: 'spawn' | 'ready'; readonly afterMs: number }
    | undefined
}

/** The embedded Slack bears so much that no card waits for its turn: what is judged here is not how Slack is spared. */
const UNHURRIED = { perMinute: 60_000, burst: 1_000 }

const order: VictimOrder = JSON.parse(process.argv[2] ?? '{}')
let readyAt = Number.POSITIVE_INFINITY
process.stdin.resume().on('end', () => process.exit(1)) // never outlives the harness
await start()

/** Starts the bot as the command line does, with a hand on its labels. */
async function start(): Promise<void> {
  const read = readStartEnvironment(process.env)
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const loaded = loadConfig(read.environment.configPath, process.env)
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => JSON.stringify(fault)).join('\n'))
  const bot = await startBot({
    environment: read.environment,
    config: loaded.config,
    confirmClock: false,
    log: { info() {}, warn() {}, error: (facts, message) => tell(`fault ${message}: ${wordsOf(facts)}`) },
    reached: dyingAt(order.die),
    slackRates: { conversation: UNHURRIED, posts: UNHURRIED, updates: UNHURRIED },
  })
  readyAt = performance.now()
  tell(`ready ${bot.port}`)
  flushCompileCache() // for those who come after: none of them ends as a process should
}

/** Written at once: what is said before the end is heard. */
function tell(line: string): void {
  writeSync(1, `${line.replaceAll('\n', ' ')}\n`)
}

function wordsOf(facts: object): string {
  return 'err' in facts && facts.err instanceof Error ? (facts.err.stack ?? facts.err.message) : JSON.stringify(facts)
}

function dyingAt(die: VictimOrder['die']): (label: Label) => void {
  if (!die) return () => {}
  let left = die.passing
  return (label) => {
    const from = die.from === 'ready' ? readyAt : 0
    if (label !== die.label || performance.now() < from + die.afterMs) return
    left -= 1
    if (left > 0) return
    tell(`dies at ${label}`)
    process.kill(process.pid, 'SIGKILL')
  }
}
