/** What `node --cpu-prof` writes. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  /** The node that was at work at each sample. */
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

/** The part of a profile that counts, in milliseconds since its beginning. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

export interface Area {
  readonly area: string
  /** Of the time in which the process was not idle. */
  readonly share: number
}

const IDLE = 'idle'
const OTHER = 'other'

/** By where the code stands; the first that fits counts. */
const AREAS: readonly (readonly [area: string, url: RegExp])[] = [
  ['bot: store, with SQLite', /better-sqlite3|\/src\/(store|audit)\//],
  ['reading shapes (zod)', /\/zod\//],
  ['calls to Slack (its SDK)', /@slack\/web-api|@slack\/logger|p-queue|p-retry|retry|eventemitter3/],
  ['Bolt', /@slack\/bolt/],
  ['HTTP client (undici)', /undici/],
  ['hashes and signatures', /internal\/crypto/],
  ['HTTP and sockets (node)', /node:(_http|http|net|internal\/http|internal\/stream|_stream|stream|internal\/net|dns)/],
  [
    'timers and promises (node)',
    /node:(timers|events|internal\/(timers|process|async_hooks|abort|event_target|errors|per_context))/,
  ],
  ['bot: Slack', /\/src\/slack\//],
  ['bot: operations', /\/src\/operations\//],
  ['bot: decisions', /\/src\/core\//],
  ['bot: scheduler', /\/src\/scheduler\//],
]

/** Time by area, most first. Native code has no address: it counts for whoever called it; SQLite so for the store. */
export function areasOf({ nodes, samples, timeDeltas }: CpuProfile, { fromMs, toMs }: Window): Area[] {
  const areas = areaOfEach(nodes)
  const spent = new Map<string, number>()
  let now = 0
  for (const [at, id] of samples.entries()) {
    const took = Math.max(0, timeDeltas[at] ?? 0)
    now += took
    if (now < fromMs * 1_000 || now > toMs * 1_000) continue
    const area = areas.get(id) ?? OTHER
    spent.set(area, (spent.get(area) ?? 0) + took)
  }
  spent.delete(IDLE)
  const all = [...spent.values()].reduce((sum, time) => sum + time, 0)
  return [...spent].map(([area, time]) => ({ area, share: time / all })).sort((a, b) => b.share - a.share)
}

function areaOfEach(nodes: readonly ProfileNode[]): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const areas = new Map<number, string>()
  const visit = (node: ProfileNode, above: string): void => {
    const area = areaOf(node, above)
    areas.set(node.id, area)
    for (const child of node.children ?? []) visit(byId.get(child)!, area)
  }
  if (nodes[0]) visit(nodes[0], OTHER)
  return areas
}

function areaOf({ callFrame: { functionName, url } }: ProfileNode, above: string): string {
  if (functionName === '(idle)') return IDLE
  if (functionName === '(garbage collector)') return 'garbage collector'
  if (functionName === '(program)') return 'the engine and the system'
  if (url === '') return above
  return AREAS.find(([, pattern]) => pattern.test(url))?.[0] ?? above
}
